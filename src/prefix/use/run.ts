/** Starts a program in the environment of a prefix: it gets the terminal, and its end is ours. */
import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { childEnvironment } from '../../base/processes/child-environment.ts';
import { runForeground } from '../../base/processes/run-foreground.ts';
import { searchProgram } from '../../base/processes/find-program.ts';
import { nearest } from '../../base/suggest.ts';

export interface RunRequest {
  /** Not empty. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

/**
 * @returns the child's exit code; 128 + n where signal n ended it
 * @throws GpuSetupError `program-not-found` (exit code 127), `program-not-executable` (126), `run-failed` (125)
 */
export async function runProgram({ argv, env, cwd }: RunRequest): Promise<number> {
  const [name, ...args] = argv as [string, ...string[]];
  const program = programPath(name, env['PATH'] ?? '', cwd);
  try {
    return await runForeground(program, args, { cwd, env: childEnvironment(env), argv0: name });
  } catch (error) {
    throw startFailure(name, program, error);
  }
}

/**
 * Looked for as a shell does: with a slash in the name, there; else on PATH, in relative folders too (the user asked for
 * this program), where a file that may not run is passed over.
 */
function programPath(name: string, path: string, cwd: string): string {
  const named = resolve(cwd, name);
  const { found, refused } = name.includes('/')
    ? searchProgram(basename(named), [dirname(named)])
    : searchProgram(
        name,
        path.split(':').map((folder) => resolve(cwd, folder)),
      );
  if (found !== null) return found;
  if (refused !== null) {
    const why = statSync(refused).isDirectory() ? 'it is a folder' : 'it has no execute permission';
    throw new GpuSetupError('program-not-executable', `${refused} cannot be executed: ${why}`);
  }
  const close = nearest(name, ['nvcc', 'ptxas', 'cuobjdump', 'nvprof', 'cuda-gdb', 'cuda-memcheck'], 1);
  throw new GpuSetupError('program-not-found', `there is no program "${name}"`, {
    hint: close[0] === undefined || close[0] === name ? undefined : `did you mean ${close[0]}?`,
  });
}

function startFailure(name: string, program: string, cause: unknown): GpuSetupError {
  const code = systemCode(cause);
  // The file is there (it was looked at), so what is missing is the interpreter that its first line or ELF header names.
  if (code === 'ENOENT' || code === 'EACCES') {
    const why = code === 'ENOENT' ? 'its interpreter is missing' : messageOf(cause);
    return new GpuSetupError('program-not-executable', `${program} cannot be started: ${why}`, {
      cause,
    });
  }
  return new GpuSetupError('run-failed', `cannot start ${name}: ${messageOf(cause)}`, {
    cause,
  });
}
