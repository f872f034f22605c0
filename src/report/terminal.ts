/** What one output stream can show, decided once from the stream and the environment. */

export interface Terminal {
  /** What COLUMNS says, else the terminal's own; 80 where neither is known. */
  columns: number;
  color: boolean;
  /** Whether a person is on the other side (a TTY). */
  interactive: boolean;
  /** False where the locale is not UTF-8: symbols and rules are then drawn in ASCII. */
  unicode: boolean;
  /** With -v: nothing is shortened, as outside a terminal. */
  verbose?: boolean;
}

/** Whether all is to be said: what goes into a pipe or a file is never cut. */
export function saysAll(terminal: Terminal): boolean {
  return !terminal.interactive || terminal.verbose === true;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The part of a Node stream that matters here. */
export interface StreamLike {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

/**
 * NO_COLOR (https://no-color.org) wins over everything, then FORCE_COLOR and CLICOLOR_FORCE, then what the stream is.
 * `forceable` is false for stderr: whoever colours a piped result does not want live progress in a log file.
 */
export function detectTerminal(stream: StreamLike, env: Environment, forceable: boolean): Terminal {
  const interactive = stream.isTTY === true && env['TERM'] !== 'dumb';
  return {
    columns: columnsOf(env['COLUMNS']) ?? ownColumns(stream) ?? 80,
    color: wantsColor(interactive, env, forceable),
    interactive,
    unicode: /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''),
  };
}

/** Narrower than this is a mistake or a terminal that does not know itself. */
const NARROWEST = 20;

function columnsOf(variable: string | undefined): number | null {
  if (variable === undefined) return null;
  const columns = /^\d{1,5}$/.test(variable) ? Number(variable) : 0;
  return columns >= NARROWEST ? columns : null;
}

/** The width that the terminal has, whatever COLUMNS says: what is redrawn in place must not wrap. */
export function ownColumns(stream: StreamLike): number | null {
  return stream.isTTY === true && (stream.columns ?? 0) >= NARROWEST ? stream.columns! : null;
}

function wantsColor(interactive: boolean, env: Environment, forceable: boolean): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] === '0' || env['FORCE_COLOR'] === 'false') return false;
  const forced = [env['FORCE_COLOR'], env['CLICOLOR_FORCE']].some(
    (v) => v !== undefined && v !== '' && v !== '0',
  );
  if (forceable && forced) return true;
  return interactive && env['CLICOLOR'] !== '0';
}
