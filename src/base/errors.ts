/**
 * The one error class of the program. Everything that can be expected to go wrong is thrown as one of these, with a
 * stable code; anything else that reaches main is a bug in gpu-setup (exit code 70). Which codes there are, and the exit
 * code of each, stands in error-codes.ts.
 */
import { escapeLine } from './escape.ts';
import { exitCodeOf, remedyOf, type ErrorCode, type RecipeCode, type UsageCode } from './error-codes.ts';

export interface ErrorOptions {
  /**
   * What to do next, each instruction on a line of its own behind `hint:`; else what the table says of the code. A name
   * from outside in it may hold a newline, so several lines are several strings.
   */
  hint?: string | readonly string[] | undefined;
  /** True where the same call may succeed later without any change (network, lock). */
  retryable?: boolean | undefined;
  /** The error underneath; its message is shown, its stack only with --debug. */
  cause?: unknown;
  /** Where the caller has an exit code of its own for every failure (`run`, a signal); else that of the code. */
  exitCode?: number | undefined;
  /** Facts for the machine reader, printed in the JSON document as they are. */
  details?: Readonly<Record<string, unknown>> | undefined;
}

export class GpuSetupError extends Error {
  readonly code: ErrorCode | RecipeCode;
  /** Each is one line. */
  readonly hints: readonly string[];
  /** The same as one text. */
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly exitCode: number;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode | RecipeCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GpuSetupError';
    this.code = code;
    this.hints = [options.hint ?? remedyOf(code) ?? []].flat().map(escapeLine);
    this.hint = this.hints.length === 0 ? undefined : this.hints.join('\n');
    this.retryable = options.retryable ?? false;
    this.exitCode = options.exitCode ?? exitCodeOf(code);
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
export function usageError(
  code: UsageCode,
  message: string,
  options: Omit<ErrorOptions, 'exitCode'> = {},
): GpuSetupError {
  return new GpuSetupError(code, message, options);
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
