/** What a call says when it fails: gpu-setup/error@1 on stdout with --json, else `error[<code>]:` on stderr. */
import type { ErrorCode } from '../../base/error-codes.ts';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { escapeDeep, escapeLine } from '../../base/escape.ts';
import { isOutOfMemory } from '../../base/out-of-memory.ts';
import { asCalled } from '../../report/as-called.ts';
import { style } from '../../report/style.ts';
import type { Terminal } from '../../report/terminal.ts';
import { textWidth, wrap } from '../../report/wrap.ts';
import { version } from '../version.ts';
import { exitCodeOfSignal } from './signal-exit-code.ts';

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
const SYSTEM: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EROFS: 'read-only',
  EMFILE: 'too-many-files',
  ENOMEM: 'no-memory',
};

/** Anything that was thrown as an error with a code; what is unknown becomes `internal-error`, exit code 70. */
export function asGpuSetupError(thrown: unknown): GpuSetupError {
  if (thrown instanceof GpuSetupError) return thrown;
  const known = knownCode(thrown);
  if (known !== undefined) return new GpuSetupError(known, messageOf(thrown), { cause: thrown });
  return new GpuSetupError('internal-error', `this is a bug in gpu-setup ${version}: ${messageOf(thrown)}`, {
    cause: thrown,
  });
}

function knownCode(thrown: unknown): ErrorCode | undefined {
  if (isOutOfMemory(thrown)) return 'no-memory';
  return SYSTEM[systemCode(thrown) ?? ''] ?? (isOfTheSystem(thrown) ? 'system-refused' : undefined);
}

/** A call of the system that failed: a loop of links, a name too long, a broken disk, what vanished under our hands. */
function isOfTheSystem(thrown: unknown): boolean {
  const { errno, syscall } = (thrown ?? {}) as { errno?: unknown; syscall?: unknown };
  return typeof errno === 'number' && typeof syscall === 'string';
}

/** What a call says that was stopped by a signal. */
export function interruption(signal: NodeJS.Signals): GpuSetupError {
  return new GpuSetupError('interrupted', `stopped by ${signal}`, {
    hint: 'run the same command again: what was finished is kept, nothing half-made is left visible',
    retryable: true,
    exitCode: exitCodeOfSignal(signal),
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

/** Whatever a part of it was read from, no line begins with what only we say: all but the stack are one line each. */
export function errorText(error: GpuSetupError, terminal: Terminal, debug: boolean): string {
  const paint = style(terminal);
  const lines = marked(`error[${error.code}]:`, error.message, terminal, (mark) =>
    paint.bold(paint.red(mark)),
  );
  for (const cause of causes(error)) lines.push(...marked('  because:', cause, terminal));
  if (debug)
    lines.push(
      ...stacks(error)
        .split('\n')
        .map((line) => `  ${escapeLine(line)}`),
    );
  lines.push(...hintLines(error.hints, terminal));
  return `${lines.join('\n')}\n`;
}

export function hintLines(hints: readonly string[], terminal: Terminal): string[] {
  return hints.flatMap((hint) => marked('hint:', hint, terminal, style(terminal).bold));
}

/** Text behind a mark; on a terminal broken at words, elsewhere on one line, as a log file and `grep` want it. */
function marked(
  mark: string,
  text: string,
  terminal: Terminal,
  paint: (mark: string) => string = (plain) => plain,
): string[] {
  const line = asCalled(escapeLine(text));
  const lines = terminal.interactive
    ? wrap(line, textWidth(terminal), `${mark} `, '  ')
    : [`${mark} ${line}`];
  return lines.map((one, at) => (at === 0 ? paint(mark) + one.slice(mark.length) : one));
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
