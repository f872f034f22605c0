/** What a call says when it fails: gpu-setup/error@1 on stdout with --json, else `error[<code>]:` on stderr. */
import { constants } from 'node:os';
import { ExitCode, GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { escapeDeep, escapeLine, escapeText } from '../../base/escape.ts';
import type { Style } from '../../report/style.ts';
import { version } from '../version.ts';

/** gpu-setup/error@1 (docs/schema/error.json) */
export interface ErrorDocument {
  schema: 'gpu-setup/error@1';
  code: string;
  message: string;
  hint: string | null;
  retryable: boolean;
  /** Messages of the errors underneath, outermost first, joined by ": ". */
  cause: string | null;
  details?: Readonly<Record<string, unknown>>;
  /** Only with --debug. */
  stack?: string;
}

/** Expected trouble that the system itself reports; whoever threw it could not know better than this. */
const SYSTEM: Readonly<Record<string, { code: string; hint: string }>> = {
  ENOSPC: { code: 'no-space', hint: 'free some space on that file system, then run the same command again' },
  EDQUOT: { code: 'no-space', hint: 'free some of your quota, then run the same command again' },
  EACCES: {
    code: 'not-permitted',
    hint: 'run it as a user who may, or set GPU_SETUP_HOME to a folder of your own',
  },
  EPERM: {
    code: 'not-permitted',
    hint: 'run it as a user who may, or set GPU_SETUP_HOME to a folder of your own',
  },
  EROFS: { code: 'read-only', hint: 'set GPU_SETUP_HOME and GPU_SETUP_CACHE to folders that can be written' },
  EMFILE: { code: 'too-many-files', hint: 'raise the limit (ulimit -n), then run the same command again' },
  ENOMEM: { code: 'no-memory', hint: 'free some memory, then run the same command again' },
};

/** Anything that was thrown as an error with a code; what is unknown becomes `internal-error`, exit code 70. */
export function asGpuSetupError(thrown: unknown): GpuSetupError {
  if (thrown instanceof GpuSetupError) return thrown;
  const known = SYSTEM[systemCode(thrown) ?? ''];
  if (known !== undefined) {
    return new GpuSetupError(known.code, messageOf(thrown), { hint: known.hint, cause: thrown });
  }
  return new GpuSetupError('internal-error', `this is a bug in gpu-setup ${version}: ${messageOf(thrown)}`, {
    hint: 'run the same command again with --debug and report what it prints, together with the command itself',
    cause: thrown,
    exitCode: ExitCode.bug,
  });
}

/** What a call says that was stopped by a signal. */
export function interruption(signal: NodeJS.Signals): GpuSetupError {
  return new GpuSetupError('interrupted', `stopped by ${signal}`, {
    hint: 'run the same command again: what was finished is kept, nothing half-made is left visible',
    retryable: true,
    exitCode: 128 + constants.signals[signal],
  });
}

export function errorDocument(error: GpuSetupError, debug: boolean): ErrorDocument {
  return escapeDeep({
    schema: 'gpu-setup/error@1',
    code: error.code,
    message: error.message,
    hint: error.hint ?? null,
    retryable: error.retryable,
    cause: causes(error).join(': ') || null,
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(debug ? { stack: stacks(error) } : {}),
  });
}

export function errorText(error: GpuSetupError, style: Style, debug: boolean): string {
  const lines = [`${style.bold(style.red(`error[${error.code}]:`))} ${escapeText(error.message)}`];
  for (const cause of causes(error)) lines.push(`  because: ${escapeLine(cause)}`);
  if (debug) lines.push(escapeText(stacks(error)));
  if (error.hint !== undefined) lines.push(...hintLines([error.hint], style));
  return `${lines.join('\n')}\n`;
}

export function hintLines(hints: readonly string[], style: Style): string[] {
  return hints
    .flatMap((hint) => hint.split('\n'))
    .map((line) => `${style.cyan('hint:')} ${escapeText(line)}`);
}

/** Messages underneath that say something new; a wrapper often repeats what it wraps. */
function causes(error: Error): string[] {
  const said = [error.message];
  for (let at: unknown = error.cause; at !== undefined && said.length < 6; at = (at as Error | null)?.cause) {
    const message = messageOf(at);
    if (!said.some((earlier) => earlier.includes(message))) said.push(message);
  }
  return said.slice(1);
}

function stacks(error: Error): string {
  const inner = error.cause instanceof Error ? `\ncaused by: ${stacks(error.cause)}` : '';
  return `${error.stack ?? error.message}${inner}`;
}
