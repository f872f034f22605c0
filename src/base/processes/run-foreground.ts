/** A program that gets the terminal of this process and its signals, and whose end is ours. */
import { spawn, type ChildProcess, type SpawnOptions, type StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import { systemCode } from '../errors.ts';

export interface ForegroundOptions {
  cwd: string;
  /** The whole environment. */
  env: Record<string, string>;
  /** What the program sees as its own name. */
  argv0: string;
  /** Default: those of this process. */
  stdio?: StdioOptions;
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
 * @param program its path
 * @returns its exit code; 128 + n where signal n ended it. Rejects where it cannot be started.
 */
export async function runForeground(
  program: string,
  args: readonly string[],
  { argv0, ...more }: ForegroundOptions,
): Promise<number> {
  const options: SpawnOptions = { stdio: 'inherit', ...more };
  try {
    return await childEnd(() => spawn(program, args, { ...options, argv0 }));
  } catch (error) {
    // A script without a first line that names its shell: POSIX has execvp give it to sh, which Bun does not.
    if (systemCode(error) !== 'ENOEXEC') throw error;
    return childEnd(() => spawn('/bin/sh', [program, ...args], options));
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
