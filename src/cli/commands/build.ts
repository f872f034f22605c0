/** gpu-setup build RECIPE */
import { ExitCode } from '../../base/errors.ts';
import { buildRecipe } from '../../recipe/build/build-recipe.ts';
import { renderBuild, withDiagnosisHints } from '../../report/build.ts';
import { mirrorsOf } from '../configured.ts';
import type { CommandDefinition } from '../command.ts';
import { consentPrompt, TRUST } from '../consent-prompt.ts';
import { textOf } from '../call/parse-arguments.ts';

export const summary = 'build what a recipe says against a prefix, or for the CPU';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '<recipe>',
      description: 'what to build: a recipe, as gpu-setup recipes lists it, or the path of one',
      completes: ['buildable', 'folder'],
    },
  ],
  options: [
    {
      flags: '--prefix <name>',
      description: 'build for the GPU, with this prefix; without it, for the CPU',
      completes: 'prefix',
    },
    {
      flags: '--source <source>',
      description: 'a folder or a .tar(.gz/.xz) of your own, or one of the recipe by its id',
      completes: 'file',
    },
    {
      flags: '--assume-gpu <gpu>',
      description: 'build for this GPU: 7.5, sm_75, "GTX 1660 Ti"; several with commas',
    },
    { flags: '--index-url <url>', description: 'package index for pip; else the one that pip is set up for' },
    TRUST,
    { flags: '--verbose', description: 'show what the build prints' },
  ],
  examples: [
    ['gpu-setup build darknet --prefix cuda10', 'for the GPU of this machine'],
    ['gpu-setup build darknet', 'for the CPU alone'],
    ['gpu-setup build darknet --prefix cuda11 --assume-gpu sm_75', 'for a GPU that is elsewhere'],
    ['gpu-setup build darknet --source debian', "from Debian's signed source package: no GitHub needed"],
    ['gpu-setup build darknet --prefix cuda10 --source ./darknet', 'a darknet of your own'],
    ['gpu-setup build tensorflow-1.9 --prefix cuda9', 'a Python environment with TensorFlow 1.9'],
  ],
  async run([recipe = ''], options, context) {
    const { cwd, env, emit, signal } = context;
    const prefix = textOf(options, 'prefix');
    const { status, record } = await buildRecipe(
      {
        recipe,
        prefix,
        source: textOf(options, 'source'),
        assumeGpu: textOf(options, 'assumeGpu'),
        indexUrl: textOf(options, 'indexUrl'),
        trust: textOf(options, 'trustRecipe'),
      },
      {
        folders: context.folders(),
        cwd,
        env,
        emit,
        signal,
        mirrors: mirrorsOf(context),
        consent: consentPrompt(context),
        onLine:
          options['verbose'] === true ? (text) => emit({ type: 'notice', level: 'info', text }) : undefined,
      },
    ).catch((error: unknown) => {
      throw withDiagnosisHints(error);
    });
    return {
      exitCode: ExitCode.ok,
      json: { ...record, status },
      text: (terminal) => renderBuild(record, status === 'built', terminal),
      hints:
        prefix === undefined
          ? ['it runs on the CPU; for the GPU name a prefix with --prefix; gpu-setup list names them']
          : [],
    };
  },
};
