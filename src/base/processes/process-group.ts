/**
 * Long-running programs with children of their own (compilers, training): each in a process group of its own, so that a
 * time limit or Ctrl-C ends everything they started; their output is read line by line while they run. And programs that
 * run beside other work, which never waits for them.
 */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { systemCode } from '../errors.ts';

export interface GroupOptions {
  cwd: string;
  /** The whole environment. */
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** What its standard input holds; without it there is none. */
  input?: string;
  /** Most that it may print, in bytes: what prints more is ended. Default: without a limit. */
  maxOutput?: number;
  /** Each line of stdout and stderr, without its end; a carriage return ends a line too. */
  onLine?(line: string, stream: 'stdout' | 'stderr'): void;
}

export interface GroupResult {
  outcome:
    'exited' | 'signalled' | 'timed-out' | 'flooded' | 'not-found' | 'not-permitted' | 'failed-to-start';
  exit: number | null;
  /** Of `signalled`: "SIGSEGV". */
  endedBy: string | null;
  /** The last MAX_KEPT characters of each. */
  stdout: string;
  stderr: string;
  seconds: number;
}

const MAX_KEPT = 256 << 10;
/** A program that never ends its line must not fill the memory. */
const MAX_LINE = 64 << 10;
/** Between the request to stop and the end by force: less than this program itself has after a signal. */
const GRACE_MS = 1_000;
/** A process that waits inside the kernel for a device is not ended by force either: it is left behind. */
const LEFT_BEHIND_MS = 1_000;

/**
 * Runs a program to its end; does not throw for anything the program did.
 * @throws the signal's reason, when everything in the group has ended
 */
export async function runGroup(argv: readonly string[], options: GroupOptions): Promise<GroupResult> {
  options.signal?.throwIfAborted();
  const startedAt = performance.now();
  const child = spawnGroup(argv, options);
  const stdout = collect((line) => options.onLine?.(line, 'stdout'));
  const stderr = collect((line) => options.onLine?.(line, 'stderr'));
  child.stdout?.on('data', stdout.take);
  child.stderr?.on('data', stderr.take);
  const ended = await endOf(child, options);
  signalGroup(child.pid, 'SIGKILL');
  options.signal?.throwIfAborted();
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    ...outcomeOf(ended),
    endedBy: ended.by,
    stdout: stdout.end(),
    stderr: stderr.end(),
    seconds,
  };
}

interface Ended {
  code: number | null;
  by: string | null;
  error: unknown;
  /** Why it was stopped. */
  stopped: 'timed-out' | 'flooded' | null;
}

/** Waits for its end, and brings it about where it takes too long, prints too much, or is not wanted any more. */
function endOf(
  child: ChildProcess,
  { timeoutMs, signal, maxOutput = Infinity }: GroupOptions,
): Promise<Ended> {
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, act: () => void): void => void timers.push(setTimeout(act, ms));
  let stopped: Ended['stopped'] = null;
  let printed = 0;
  let abort = (): void => {};
  return new Promise<Ended>((resolve) => {
    const stop = (): void => {
      signalGroup(child.pid, 'SIGTERM');
      after(GRACE_MS, () => signalGroup(child.pid, 'SIGKILL'));
      after(GRACE_MS + LEFT_BEHIND_MS, () => {
        leaveBehind(child);
        resolve({ code: null, by: null, error: null, stopped });
      });
    };
    const stopFor = (why: 'timed-out' | 'flooded'): void => {
      if (stopped !== null) return;
      stopped = why;
      stop();
    };
    after(timeoutMs, () => stopFor('timed-out'));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        printed += chunk.length;
        if (printed > maxOutput) stopFor('flooded');
      });
    }
    abort = stop;
    signal?.addEventListener('abort', abort, { once: true });
    child.once('error', (error) => resolve({ code: null, by: null, error, stopped }));
    // "close" comes after the last output; a grandchild that holds the pipe open is ended with the group.
    child.once('exit', () => signalGroup(child.pid, 'SIGTERM'));
    child.once('close', (code, by) => resolve({ code, by, error: null, stopped }));
  }).finally(() => {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}

/** Nothing waits for it any more, nor for what it holds open. */
function leaveBehind(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function outcomeOf({ code, error, stopped }: Ended): Pick<GroupResult, 'outcome' | 'exit'> {
  if (error !== null) {
    const why = systemCode(error);
    if (why === 'ENOENT') return { outcome: 'not-found', exit: null };
    return { outcome: why === 'EACCES' || why === 'EPERM' ? 'not-permitted' : 'failed-to-start', exit: null };
  }
  if (stopped !== null) return { outcome: stopped, exit: null };
  return code === null ? { outcome: 'signalled', exit: null } : { outcome: 'exited', exit: code };
}

function collect(onLine: (line: string) => void): { take(chunk: Buffer): void; end(): string } {
  const decoder = new TextDecoder();
  let kept = '';
  let rest = '';
  const take = (text: string): void => {
    kept = (kept + text).slice(-MAX_KEPT);
    const lines = (rest + text).split(/\r\n|\n|\r/);
    rest = lines.pop()!.slice(-MAX_LINE);
    for (const line of lines) onLine(line);
  };
  return {
    take: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end: () => {
      take(decoder.decode());
      if (rest !== '') onLine(rest);
      rest = '';
      return kept;
    },
  };
}

/**
 * Runs a program beside other work: this one may end before it, whatever it waits for, also inside the kernel. What it
 * prints is thrown away. The signal ends everything in its group by force, so it is for what has nothing to clean up.
 *
 * @returns whether it ended by itself, and well
 */
export function runAside(
  argv: readonly string[],
  { signal, ...options }: Pick<GroupOptions, 'cwd' | 'env'> & { signal: AbortSignal },
): Promise<boolean> {
  return new Promise((resolve) => {
    signal.throwIfAborted();
    const child = spawnGroup(argv, { ...options, output: 'ignore' });
    child.unref();
    const end = (): void => void signalGroup(child.pid, 'SIGKILL');
    signal.addEventListener('abort', end, { once: true });
    const ended = (well: boolean): void => {
      signal.removeEventListener('abort', end);
      resolve(well);
    };
    child.once('error', () => ended(false));
    child.once('exit', (code) => {
      end();
      ended(code === 0);
    });
  });
}

/** Starts a program as the first of a group of its own; its output is to be read, or goes nowhere. */
export function spawnGroup(
  argv: readonly string[],
  {
    cwd,
    env,
    input,
    output = 'pipe',
    ipc = false,
  }: Pick<GroupOptions, 'cwd' | 'env' | 'input'> & { output?: 'pipe' | 'ignore'; ipc?: boolean },
): ChildProcess {
  const [file, ...args] = argv;
  if (file === undefined) throw new TypeError('spawnGroup: empty argv');
  const stdin = input === undefined ? 'ignore' : 'pipe';
  const stdio: StdioOptions = [stdin, output, output, ...(ipc ? (['ipc'] as const) : [])];
  const child = spawn(file, args, { cwd, env, detached: true, stdio });
  // A program that ends without reading it is noticed by its end.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return child;
}

/** Asks everything in the group to end, and ends it by force where it does not. @param ended when its first process has */
export async function stopGroup(
  child: ChildProcess,
  ended: Promise<unknown>,
  graceMs = GRACE_MS,
): Promise<void> {
  if (!signalGroup(child.pid, 'SIGTERM')) return;
  const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
  signalGroup(child.pid, 'SIGKILL');
}

/** False where the group has no process left. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'ESRCH' && systemCode(error) !== 'EPERM') throw error;
    return false;
  }
}
