/** gpu-setup run [NAME] -- PROGRAM... */
import { GpuSetupError } from '../../base/errors.ts';
import { applyEnvironment } from '../../prefix/use/environment.ts';
import { UNDO_VARIABLE } from '../../prefix/use/environment-undo.ts';
import { requireRunsHere } from '../../prefix/use/foreign.ts';
import { runProgram } from '../../prefix/use/run.ts';
import type { CommandDefinition } from '../command.ts';
import { asOwnFailure, enterPrefix, meantPrefix, TRUST_PROJECT } from '../use-prefix.ts';

export const summary = 'run a program in the environment of a prefix';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[name]',
      description: 'a prefix, as gpu-setup list names it; else the one in use here',
      completes: 'prefix',
    },
    { syntax: '[program...]', description: 'the program and its arguments, behind --', completes: 'program' },
  ],
  options: [TRUST_PROJECT],
  examples: [
    ['gpu-setup run cuda10 -- nvcc -o t t.cu -lcublas', 'compile with the nvcc of a prefix'],
    ['gpu-setup run cuda10 -- ./t', 'run a program with the libraries of a prefix'],
    ['gpu-setup run cuda9 -- python3 train.py', 'the exit code is that of the program'],
    ['gpu-setup run -- make', 'with the prefix that gpu-setup.yaml or `gpu-setup use` names'],
  ],
  passThrough: true,
  async run([word, ...argv], options, context) {
    const name = word === '' ? undefined : word;
    try {
      if (argv.length === 0) {
        throw new GpuSetupError('missing-program', 'no program was named', {
          hint: `gpu-setup run ${name ?? 'NAME'} -- nvcc --version`,
        });
      }
      const place = await meantPrefix(name, options, context, ['gpu-setup', 'run', '--', ...argv]);
      await requireRunsHere(place, context.env);
      const change = await enterPrefix(place, context);
      // What the program is started with is its beginning: there is nothing before it to go back to.
      const env = applyEnvironment(context.env, { ...change, [UNDO_VARIABLE]: null });
      context.leaveToChild();
      return { exitCode: await runProgram({ argv, env, cwd: context.cwd }) };
    } catch (error) {
      throw asOwnFailure(error);
    }
  },
};
