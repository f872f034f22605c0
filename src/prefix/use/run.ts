/** Starts a program in the environment of a prefix: it gets the terminal, and its end is ours. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { access, constants as mode, stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { childEnvironment } from '../../base/process.ts';
import { nearest } from '../../base/suggest.ts';

export interface RunRequest {
  /** Not empty. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

/** A terminal sends these to every process in its foreground, the child included: passed on, they would come twice. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const PASSED_ON: readonly NodeJS.Signals[] = [
  'SIGTERM',
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGWINCH',
];

/**
 * @returns the child's exit code; 128 + n where signal n ended it
 * @throws GpuSetupError `program-not-found` (exit code 127), `program-not-executable` (126), `run-failed` (125)
 */
export async function runProgram({ argv, env, cwd }: RunRequest): Promise<number> {
  const [name, ...args] = argv as [string, ...string[]];
  const program = await findProgram(name, env['PATH'] ?? '', cwd);
  const options: SpawnOptions = { cwd, env: childEnvironment(env), stdio: 'inherit' };
  try {
    try {
      return await childEnd(() => spawn(program, args, { ...options, argv0: name }));
    } catch (error) {
      // A script without a first line that names its shell: POSIX has execvp give it to sh, which Bun does not.
      if (systemCode(error) !== 'ENOEXEC') throw error;
      return await childEnd(() => spawn('/bin/sh', [program, ...args], options));
    }
  } catch (error) {
    throw startFailure(name, program, error);
  }
}

/** Signals go to the child while it lives. Rejects where it cannot be started. */
async function childEnd(start: () => ChildProcess): Promise<number> {
  const terminal = isatty(0) || isatty(2);
  const heard = new Map<NodeJS.Signals, (signal: NodeJS.Signals) => void>();
  try {
    const child = start();
    const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
    for (const signal of PASSED_ON) heard.set(signal, passOn);
    for (const signal of FROM_TERMINAL) heard.set(signal, terminal ? () => {} : passOn);
    for (const [signal, listener] of heard) process.on(signal, listener);
    return await new Promise<number>((ended, failed) => {
      child.once('error', failed);
      child.once('exit', (code, signal) =>
        ended(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      );
    });
  } finally {
    for (const [signal, listener] of heard) process.off(signal, listener);
  }
}

/** Looked for as a shell does: with a slash in the name, there; else on PATH, where a file that may not run is passed over. */
async function findProgram(name: string, path: string, cwd: string): Promise<string> {
  const candidates = name.includes('/')
    ? [resolve(cwd, name)]
    : path.split(':').map((folder) => join(resolve(cwd, folder), name));
  let refused: string | undefined;
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => null);
    if (found === null) continue;
    const executable =
      found.isFile() &&
      (await access(candidate, mode.X_OK).then(
        () => true,
        () => false,
      ));
    if (executable) return candidate;
    refused ??= candidate;
  }
  if (refused !== undefined) {
    const why = (await stat(refused)).isDirectory() ? 'it is a folder' : 'it has no execute permission';
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
