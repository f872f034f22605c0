/** `bundle create` and `bundle install`: a prefix on a machine without a network. */
import { resolve } from 'node:path';
import { ExitCode, usageError } from '../../base/errors.ts';
import { shellLine } from '../../base/processes/shell-line.ts';
import { createBundle } from '../../recipe/bundle/create.ts';
import { installBundle } from '../../recipe/bundle/install.ts';
import { licencesOf } from '../../prefix/plan/install-plan.ts';
import { renderBundle } from '../../report/bundle.ts';
import { ARCHITECTURE, architectureOf } from '../architecture-option.ts';
import { textOf } from '../call/parse-arguments.ts';
import { announceSizes, folders, installContext, list, outcomeOf } from './install.ts';
import { OFFERED_COMPONENTS } from '../choose-install.ts';
import { ONLY } from '../only-option.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';

export const summary = 'all that an install needs in one file, for machines without a network';

/** Options that only one of the two takes. */
const ONLY_CREATE = ['output', 'source', 'with', 'without', 'only', 'from'];

export const command: CommandDefinition = {
  arguments: [
    { syntax: '<action>', description: 'create, or install', choices: ['create', 'install'] },
    {
      syntax: '[what...]',
      description:
        'of create: a recipe or specs, as for install; of install: the file (a plain tar: tar -tf lists it)',
      completes: ['spec', 'planned', 'file'],
    },
  ],
  options: [
    { flags: '-o, --output <file>', description: 'of create: the file to make', completes: 'file' },
    { flags: '--name <name>', description: 'name of the prefix; the recipe gives one otherwise' },
    {
      flags: '--source <id>',
      description: 'of create: take the packages from this source',
      completes: 'source',
    },
    {
      flags: '--with <components>',
      description: `of create: these too: ${Object.keys(OFFERED_COMPONENTS).join(', ')}`,
      repeatable: true,
      completes: 'component',
    },
    {
      flags: '--without <components>',
      description: 'of create: leave these out',
      repeatable: true,
      completes: 'component',
    },
    { ...ONLY, description: `of create: ${ONLY.description}` },
    ARCHITECTURE,
    {
      flags: '--from <folder>',
      description: 'of create: take .deb files that lie there, whatever their names',
      repeatable: true,
      completes: 'folder',
    },
    { flags: '--dry-run', description: 'of install: check the bundle, and print the plan' },
    { flags: '--accept-license', description: 'accept the terms of what is in it' },
  ],
  examples: [
    [
      'gpu-setup bundle create cuda11 -o cuda11.bundle',
      'sources, keys, signed indexes, packages, lock, licences',
    ],
    ['gpu-setup bundle create cuda11 --architecture arm64 -o cuda11-arm64.bundle', 'for a machine of arm64'],
    ['gpu-setup bundle install cuda11.bundle', 'on the other machine: everything is verified again'],
    [
      'gpu-setup bundle install cuda11.bundle --dry-run',
      'whether it is whole and signed, and what it would install',
    ],
  ],
  async run([action, ...what], options, context) {
    return action === 'create' ? create(what, options, context) : install(what, options, context);
  },
};

async function create(words: readonly string[], options: OptionValues, context: Context): Promise<Outcome> {
  if (options['dryRun'] === true)
    throw usageError('option-without-effect', 'gpu-setup bundle create has no --dry-run', {
      hint: shellLine(['gpu-setup', 'install', ...words, '--dry-run']),
    });
  if (words.length === 0)
    throw usageError('missing-argument', 'nothing is named that is to be in the bundle', {
      hint: 'gpu-setup bundle create cuda11 -o cuda11.bundle',
    });
  const output = textOf(options, 'output');
  if (output === undefined)
    throw usageError('missing-option', 'the file to make is not named', {
      hint: shellLine(['gpu-setup', 'bundle', 'create', ...words, '-o', 'FILE']),
    });
  const made = await createBundle(
    {
      words,
      name: textOf(options, 'name'),
      source: textOf(options, 'source'),
      with: list(options, 'with'),
      without: list(options, 'without'),
      only: list(options, 'only'),
      components: context.configuration.settings.components,
      from: folders(options, context),
      architecture: architectureOf(options),
      file: resolve(context.cwd, output),
    },
    // What this host has or lacks is nothing to the other machine.
    { ...installContext(options, context), onPlan: (plan) => announceSizes(plan, context) },
  );
  const { file, bytes, sha256, plan } = made;
  return {
    exitCode: ExitCode.ok,
    json: {
      schema: 'gpu-setup/bundle-result@1',
      file,
      bytes,
      sha256,
      name: plan.request.name,
      cuda: plan.cuda,
      cudnn: plan.cudnn,
      architecture: plan.request.architecture,
      sources: [...new Set(plan.sources.map(({ id }) => id))],
      packages: plan.packages.map(({ name, version, size, sha256: digest }) => ({
        name,
        version,
        size,
        sha256: digest,
      })),
      licences: licencesOf(plan),
      warnings: plan.warnings,
    },
    text: (terminal) => renderBundle(made, terminal),
    hints:
      licencesOf(plan).length === 0 ? [] : ['to hand it on is to redistribute what these licences speak of'],
  };
}

async function install(what: readonly string[], options: OptionValues, context: Context): Promise<Outcome> {
  const [file, other] = what;
  if (file === undefined)
    throw usageError('missing-argument', 'the bundle is not named', {
      hint: 'gpu-setup bundle install FILE',
    });
  if (other !== undefined)
    throw usageError('unexpected-argument', `"gpu-setup bundle install" takes no argument "${other}"`);
  const useless = ONLY_CREATE.find((name) => options[name] !== undefined);
  if (useless !== undefined)
    throw usageError('option-without-effect', `gpu-setup bundle install has no --${useless}`, {
      hint: 'what is in a bundle was chosen when it was created',
    });
  const result = await installBundle(
    {
      file: resolve(context.cwd, file),
      name: textOf(options, 'name'),
      dryRun: options['dryRun'] === true,
      architecture: architectureOf(options),
    },
    installContext(options, context),
  );
  return outcomeOf(result);
}
