/**
 * A stanza of a Packages file as one line of columns. Byte by byte, without a string for each of its fields: Debian's main has 60,000
 * stanzas of twenty.
 */

/** In the order of the line: names, then all that is needed of few packages only. */
export const COLUMNS = [
  'package',
  'provides',
  'version',
  'architecture',
  'size',
  'sha256',
  'installed-size',
  'filename',
  'section',
  'pre-depends',
  'depends',
  'recommends',
  'description',
] as const;

export type Column = (typeof COLUMNS)[number];

const NAMES = COLUMNS.map((name) => Buffer.from(name, 'latin1'));
/** First letter, in either case -> the columns that begin with it: most fields are none, and are passed over at once. */
const BY_LETTER: readonly (readonly number[] | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const columns = NAMES.flatMap((name, column) => (name[0] === lower(byte) ? [column] : []));
  return columns.length > 0 ? columns : undefined;
});
const DESCRIPTION = COLUMNS.indexOf('description');
const PATH = COLUMNS.indexOf('filename');

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const HASH = 35;
const DOT = 46;
const SLASH = 47;
const COLON = 58;

/** Takes one stanza after the other: what it knows of one lives until the next is read. */
export class StanzaLine {
  /** Where the value of each column lies in the stanza; of one that is not there it is empty. */
  readonly #from = new Int32Array(COLUMNS.length);
  readonly #to = new Int32Array(COLUMNS.length);

  /** Finds the columns of the stanza in these bytes. False where it is empty or only comments. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    this.#from.fill(start);
    this.#to.fill(start);
    let any = false;
    let column = -1;
    for (let at = start; at < end;) {
      const newline = bytes.indexOf(NEWLINE, at);
      const lineEnd = newline < 0 || newline > end ? end : newline;
      const first = bytes[at]!;
      if (first === SPACE || first === TAB) {
        // Of a description only the first line counts.
        if (column >= 0 && column !== DESCRIPTION) this.#to[column] = lineEnd;
      } else if (first !== HASH && lineEnd > at) {
        any = true;
        column = columnAt(bytes, at, lineEnd);
        if (column >= 0) {
          this.#from[column] = at + NAMES[column]!.length + 1;
          this.#to[column] = lineEnd;
        }
      }
      at = lineEnd + 1;
    }
    return any;
  }

  /**
   * Writes the line, of at most as many bytes as the stanza has and one for each column: folded values joined by spaces, "./" taken off
   * the path.
   */
  write(bytes: Uint8Array, out: Uint8Array, start: number): WrittenLine {
    const line = { path: 0, pathEnd: 0, end: 0 };
    let at = start;
    for (let column = 0; column < COLUMNS.length; column++) {
      let to = this.#to[column]!;
      let from = afterFold(bytes, this.#from[column]!, to);
      while (to > from && isBlank(bytes[to - 1]!)) to--;
      if (column === PATH) {
        line.path = at;
        while (from + 1 < to && bytes[from] === DOT && bytes[from + 1] === SLASH) from += 2;
      }
      while (from < to) {
        const byte = bytes[from]!;
        if (byte === TAB || byte === NEWLINE || byte === RETURN) {
          from = afterFold(bytes, from, to);
          out[at++] = SPACE;
        } else {
          out[at++] = byte;
          from++;
        }
      }
      if (column === PATH) line.pathEnd = at;
      out[at++] = TAB;
    }
    out[at - 1] = NEWLINE;
    line.end = at;
    return line;
  }
}

/** Where it lies. */
export interface WrittenLine {
  path: number;
  pathEnd: number;
  end: number;
}

/** Behind the blanks, line ends and comments that begin here: within a value they are one space. */
function afterFold(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at]!)) {
    if (bytes[at] === NEWLINE && bytes[at + 1] === HASH)
      do at++;
      while (at < end && bytes[at] !== NEWLINE);
    else at++;
  }
  return at;
}

function columnAt(bytes: Uint8Array, at: number, end: number): number {
  const columns = BY_LETTER[bytes[at]!];
  if (columns === undefined) return -1;
  for (const column of columns) {
    const name = NAMES[column]!;
    if (at + name.length >= end || bytes[at + name.length] !== COLON) continue;
    let same = 1;
    while (same < name.length && lower(bytes[at + same]!) === name[same]) same++;
    if (same === name.length) return column;
  }
  return -1;
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= RETURN);
}
