/**
 * Child processes: always an argument array, always a time limit, never a shell, never this program's own BUN_*.
 *
 * This is the way where a program's whole output is wanted. Three others stand beside it, the only ones that use Node's
 * own spawn, each for what execa does not do: process-group.ts (execa ends the program, not what that has started),
 * filter-through.ts (bytes in and out at once, ended without a wait), run-foreground.ts (the terminal and its
 * signals; and `run` starts faster without execa).
 */
import { execa } from 'execa';
import { systemCode } from '../errors.ts';
import { childEnvironment } from './child-environment.ts';

export interface ProcessResult {
  outcome: 'exited' | 'signalled' | 'timed-out' | 'not-found' | 'not-permitted';
  /** Exit code where outcome is `exited`. */
  exit: number | null;
  stdout: string;
  stderr: string;
  /** True where more was printed than maxBytes; what lies past it is dropped. */
  truncated: boolean;
}

export interface ProcessOptions {
  timeoutMs: number;
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Per stream; default 4 MiB. */
  maxBytes?: number;
  input?: string;
  /** Ends the program when aborted; its outcome is then "signalled". */
  signal?: AbortSignal | undefined;
}

/** Runs a program to its end and tells how it ended; does not throw for anything the program did. */
export async function runProcess(argv: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
  const [file, ...args] = argv;
  if (file === undefined) throw new TypeError('runProcess: empty argv');
  const result = await execa(file, args, {
    reject: false,
    timeout: options.timeoutMs,
    killSignal: 'SIGTERM',
    forceKillAfterDelay: 500,
    extendEnv: false,
    env: { ...childEnvironment(), ...options.env },
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    maxBuffer: options.maxBytes ?? 4 << 20,
    stripFinalNewline: false,
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  const truncated = result.isMaxBuffer;
  const base = { stdout: result.stdout, stderr: result.stderr, truncated };
  if (result.timedOut) return { outcome: 'timed-out', exit: null, ...base };
  if (truncated) return { outcome: 'exited', exit: result.exitCode ?? null, ...base };
  if (result.exitCode !== undefined) return { outcome: 'exited', exit: result.exitCode, ...base };
  if (result.isTerminated || result.isCanceled) return { outcome: 'signalled', exit: null, ...base };
  const code = systemCode(result) ?? systemCode((result as { cause?: unknown }).cause);
  const outcome = code === 'EACCES' || code === 'EPERM' ? 'not-permitted' : 'not-found';
  return { outcome, exit: null, stdout: '', stderr: '', truncated: false };
}
