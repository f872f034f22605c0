/** gpu-setup run NAME -- PROGRAM... */
import { ExitCode, GpuSetupError, messageOf } from '../../base/errors.ts';
import { applyEnvironment, environmentOf } from '../../prefix/use/environment.ts';
import { enter, UNDO_VARIABLE } from '../../prefix/use/environment-undo.ts';
import { findPrefix, homesOf } from '../../prefix/home/prefixes.ts';
import { runProgram } from '../../prefix/use/run.ts';
import type { CommandDefinition, Context } from '../command.ts';

export const summary = 'run a program in the environment of a prefix';

export const command: CommandDefinition = {
  arguments: [
    { syntax: '<name>', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' },
    { syntax: '[program...]', description: 'the program and its arguments, behind --', completes: 'program' },
  ],
  examples: [
    ['gpu-setup run cuda10 -- nvcc -o t t.cu -lcublas', 'compile with the nvcc of a prefix'],
    ['gpu-setup run cuda10 -- ./t', 'run a program with the libraries of a prefix'],
    ['gpu-setup run cuda9 -- python3 train.py', 'the exit code is that of the program'],
  ],
  passThrough: true,
  async run([name, ...argv], _options, context) {
    try {
      if (argv.length === 0) {
        throw new GpuSetupError('missing-program', 'no program was named', {
          hint: `gpu-setup run ${name} -- nvcc --version`,
        });
      }
      const env = await prefixEnvironment(name!, context);
      context.leaveToChild();
      return { exitCode: await runProgram({ argv, env, cwd: context.cwd }) };
    } catch (error) {
      throw asOwnFailure(error);
    }
  },
};

async function prefixEnvironment(name: string, context: Context): Promise<Record<string, string>> {
  const folders = context.folders();
  const place = await findPrefix(folders, name);
  const change = await enter(context.env, (env) => environmentOf(place.path, env, homesOf(folders)));
  // What the program is started with is its beginning: there is nothing before it to go back to.
  return applyEnvironment(context.env, { ...change, [UNDO_VARIABLE]: null });
}

/** Every failure of ours has an exit code that no ordinary program uses: what a script sees else is the child's. */
function asOwnFailure(error: unknown): unknown {
  const own: readonly number[] = [ExitCode.runFailed, ExitCode.notExecutable, ExitCode.notFound];
  if (!(error instanceof GpuSetupError)) {
    return new GpuSetupError('run-failed', messageOf(error), { cause: error });
  }
  if (own.includes(error.exitCode)) return error;
  const { code, message, hints, details, cause, retryable } = error;
  return new GpuSetupError(code, message, {
    hint: hints,
    details,
    cause,
    retryable,
    exitCode: ExitCode.runFailed,
  });
}
