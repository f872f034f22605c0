/**
 * The one error class of the program. Everything that can be expected to go wrong is thrown as one of these, with a
 * stable code; anything else that reaches main is a bug in gpu-setup (exit code 70).
 */
export interface ErrorOptions {
  /** What to do next: one instruction, shown behind `hint:`. */
  hint?: string | undefined;
  /** True where the same call may succeed later without any change (network, lock). */
  retryable?: boolean | undefined;
  /** The error underneath; its message is shown, its stack only with --debug. */
  cause?: unknown;
  /** 1: could not be done (default). 2: the call itself was wrong. 125..127: `run`'s own failures. */
  exitCode?: number | undefined;
  /** Facts for the machine reader, printed in the JSON document as they are. */
  details?: Readonly<Record<string, unknown>> | undefined;
}

export class GpuSetupError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly exitCode: number;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GpuSetupError';
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.exitCode = options.exitCode ?? ExitCode.failed;
    this.details = options.details;
  }
}

export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  unverified: 3,
  bug: 70,
  runFailed: 125,
  notExecutable: 126,
  notFound: 127,
  interrupted: 130,
  terminated: 143,
} as const;

/** The call was wrong (unknown command, recipe, option, spec): exit code 2. */
export function usageError(code: string, message: string, options: ErrorOptions = {}): GpuSetupError {
  return new GpuSetupError(code, message, { ...options, exitCode: ExitCode.usage });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Node's `code` of a system error (`ENOSPC`, `EACCES`, ...), or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
