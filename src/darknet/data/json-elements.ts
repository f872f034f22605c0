/**
 * Reads one JSON object of any size piece by piece:
 *
 *     { "info": {...}, "images": [ {...}, {...} ], "annotations": [ ... ] }
 *
 * The elements of arrays one level down, and all other values there, are handed out one by one; what is held in memory
 * is one of them. Their ends are found by counting brackets and minding strings; JSON.parse then judges every byte.
 * (Streaming parsers from npm build each value token by token: the same 450 MB take them five times as long.)
 */

export interface Element {
  /** Key of the value in the outermost object: "annotations". */
  section: string;
  /** Place in the array; null where the value is no array. */
  index: number | null;
  value: unknown;
  /** Byte of the file at which it begins. */
  offset: number;
}

export class JsonProblem extends Error {
  /** Byte of the file. */
  readonly offset: number;
  /** True where the file ends too early. */
  readonly cut: boolean;
  /** `annotations[17]`; null outside of every section. */
  readonly place: string | null;

  constructor(message: string, offset: number, place: string | null, cut = false) {
    super(message);
    this.name = 'JsonProblem';
    this.offset = offset;
    this.place = place;
    this.cut = cut;
  }
}

/** Of one element: a long outline has some 100 kB. */
export const MAX_ELEMENT_BYTES = 16 << 20;
export const MAX_DEPTH = 512;

type Expecting =
  | 'object'
  | 'first-key'
  | 'key'
  | 'colon'
  | 'value'
  | 'first-element'
  | 'element'
  | 'comma-in-array'
  | 'comma'
  | 'end';

const WORDS: Readonly<Record<Expecting, string>> = {
  object: "'{' was expected",
  'first-key': "a key in double quotes or '}' was expected",
  key: 'a key in double quotes was expected',
  colon: "':' was expected",
  value: 'a value was expected',
  'first-element': "a value or ']' was expected",
  element: 'a value was expected',
  'comma-in-array': "',' or ']' was expected",
  comma: "',' or '}' was expected",
  end: 'nothing was expected after the end of the document',
};

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
/** The last digit: everything in numbers, and no bracket, stands at or below it. */
const NINE = 0x39;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

export class JsonElements {
  readonly #visit: (element: Element) => void;
  readonly #enter: (section: string) => void;
  #expecting: Expecting = 'object';
  #section: string | null = null;
  #index: number | null = null;
  /** Bytes of the file before the piece that is being read. */
  #before = 0;
  #capture: Capture | null = null;

  /**
   * @param visit called for every element, in the order of the file; what it throws ends the reading
   * @param enter called when the value of a key begins
   */
  constructor(visit: (element: Element) => void, enter: (section: string) => void = () => {}) {
    this.#visit = visit;
    this.#enter = enter;
  }

  /** The next piece; it may be overwritten afterwards. Throws JsonProblem. */
  push(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#capture !== null) at = this.#continue(this.#capture, piece, at);
      else if (this.#before + at < 3 && piece[at] === BYTE_ORDER_MARK[this.#before + at]) at++;
      else if (isSpace(piece[at]!)) at++;
      else at = this.#token(piece, at);
    }
    this.#before += piece.length;
  }

  /** The file is over. Throws JsonProblem where the document is not. */
  end(): void {
    if (this.#expecting !== 'end' || this.#capture !== null) {
      throw new JsonProblem('the file ends in the middle', this.#before, this.#place(), true);
    }
  }

  #token(piece: Buffer, at: number): number {
    const byte = piece[at]!;
    switch (this.#expecting) {
      case 'object':
        if (byte === OPEN_OBJECT) return this.#then('first-key', at);
        break;
      case 'first-key':
      case 'key':
        if (byte === QUOTE) return this.#begin(at, 'string');
        if (byte === CLOSE_OBJECT && this.#expecting === 'first-key') return this.#then('end', at);
        break;
      case 'colon':
        if (byte === COLON) return this.#then('value', at);
        break;
      case 'value':
        this.#enter(this.#section!);
        if (byte === OPEN_ARRAY) {
          this.#index = 0;
          return this.#then('first-element', at);
        }
        return this.#begin(at, kindOf(byte));
      case 'first-element':
      case 'element':
        if (byte === CLOSE_ARRAY && this.#expecting === 'first-element') return this.#leaveArray(at);
        return this.#begin(at, kindOf(byte));
      case 'comma-in-array':
        if (byte === COMMA) return this.#then('element', at);
        if (byte === CLOSE_ARRAY) return this.#leaveArray(at);
        break;
      case 'comma':
        if (byte === COMMA) return this.#then('key', at);
        if (byte === CLOSE_OBJECT) return this.#then('end', at);
        break;
      case 'end':
        break;
    }
    throw this.#problem(WORDS[this.#expecting], this.#before + at);
  }

  #then(next: Expecting, at: number): number {
    this.#expecting = next;
    return at + 1;
  }

  #leaveArray(at: number): number {
    this.#index = null;
    return this.#then('comma', at);
  }

  /** The byte itself is read again, as the first of what is captured. */
  #begin(at: number, kind: Kind): number {
    this.#capture = {
      kind,
      start: this.#before + at,
      parts: [],
      bytes: 0,
      depth: 0,
      text: false,
      escaped: false,
    };
    return at;
  }

  #continue(capture: Capture, piece: Buffer, from: number): number {
    const end = endOf(capture, piece, from);
    if (end === TOO_DEEP) throw this.#problem(`it is nested deeper than ${MAX_DEPTH} levels`, capture.start);
    const upTo = end === OPEN ? piece.length : end;
    capture.bytes += upTo - from;
    if (capture.bytes > MAX_ELEMENT_BYTES) {
      throw this.#problem(`one value is larger than ${MAX_ELEMENT_BYTES >> 20} MiB`, capture.start);
    }
    const part = piece.subarray(from, upTo);
    if (end === OPEN) {
      capture.parts.push(Buffer.from(part));
      return piece.length;
    }
    this.#capture = null;
    this.#captured(capture, capture.parts.length === 0 ? part : Buffer.concat([...capture.parts, part]));
    return upTo;
  }

  #captured({ start }: Capture, bytes: Buffer): void {
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch {
      throw this.#problem('not JSON', start);
    }
    if (this.#expecting === 'key' || this.#expecting === 'first-key') {
      this.#section = value as string;
      this.#expecting = 'colon';
      return;
    }
    const section = this.#section!;
    this.#visit({ section, index: this.#index, value, offset: start });
    if (this.#index === null) this.#expecting = 'comma';
    else {
      this.#index++;
      this.#expecting = 'comma-in-array';
    }
  }

  #place(): string | null {
    if (this.#section === null) return null;
    return this.#index === null ? this.#section : `${this.#section}[${this.#index}]`;
  }

  #problem(message: string, offset: number): JsonProblem {
    return new JsonProblem(message, offset, this.#place());
  }
}

type Kind = 'nested' | 'string' | 'scalar';

/** A value whose end is looked for. */
interface Capture {
  kind: Kind;
  /** Byte of the file. */
  start: number;
  /** What earlier pieces held of it. */
  parts: Buffer[];
  bytes: number;
  depth: number;
  /** Inside a string, and behind a backslash in it. */
  text: boolean;
  escaped: boolean;
}

const OPEN = -1;
const TOO_DEEP = -2;

/** Place behind the value's last byte; OPEN where this piece does not hold its end. */
function endOf(capture: Capture, piece: Buffer, from: number): number {
  return capture.kind === 'scalar' ? endOfScalar(piece, from) : endOfNested(capture, piece, from);
}

function endOfScalar(piece: Buffer, from: number): number {
  for (let at = from; at < piece.length; at++) {
    const byte = piece[at]!;
    if (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || isSpace(byte)) return at;
  }
  return OPEN;
}

/** Objects, arrays and strings. The hot loop: local variables, and most bytes (digits) leave at the first question. */
function endOfNested(capture: Capture, piece: Buffer, from: number): number {
  let { depth, text, escaped } = capture;
  let end = OPEN;
  for (let at = from; at < piece.length; at++) {
    const byte = piece[at]!;
    if (text) {
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) {
        text = false;
        if (depth === 0) {
          end = at + 1;
          break;
        }
      }
    } else if (byte <= NINE) {
      if (byte === QUOTE) text = true;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (++depth > MAX_DEPTH) return TOO_DEEP;
    } else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) {
      end = at + 1;
      break;
    }
  }
  capture.depth = depth;
  capture.text = text;
  capture.escaped = escaped;
  return end;
}

function kindOf(byte: number): Kind {
  if (byte === QUOTE) return 'string';
  return byte === OPEN_OBJECT || byte === OPEN_ARRAY ? 'nested' : 'scalar';
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
