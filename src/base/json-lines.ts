/**
 * Where in a JSON text something is. JSON.parse says neither a line (its messages differ between Node and Bun, and often
 * carry no position) nor where a value of the result stood; both are needed to tell a person what to mend.
 */
export interface Location {
  /** Line (from 1) of the value at the path, or of the last part of it that exists. */
  line: number;
  /** The first syntax error; null where the text is valid. */
  problem: { line: number; message: string } | null;
}

/** As deep as any document of ours is, many times over. */
const MAX_DEPTH = 512;

class SyntaxProblem extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Reads the text once; never throws. Path: object keys and array indexes, as text. */
export function locate(text: string, path: readonly string[] = []): Location {
  const scanner = new Scanner(text, path);
  try {
    scanner.document();
    return { line: lineAt(text, scanner.found), problem: null };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return {
      line: lineAt(text, scanner.found),
      problem: { line: lineAt(text, error.offset), message: error.message },
    };
  }
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

class Scanner {
  readonly #text: string;
  readonly #path: readonly string[];
  #at = 0;
  #depth = 0;
  /** Offset of the deepest value on the path so far. */
  found = 0;

  constructor(text: string, path: readonly string[]) {
    this.#text = text;
    this.#path = path;
  }

  document(): void {
    this.#space();
    this.#value(0);
    this.#space();
    if (this.#at < this.#text.length)
      throw this.#problem('nothing was expected after the end of the document');
  }

  /** @param matched how many parts of the path lead here; -1: not on the path */
  #value(matched: number): void {
    if (matched >= 0) this.found = this.#at;
    switch (this.#text[this.#at]) {
      case '{':
        return this.#members('}', () => {
          if (this.#text[this.#at] !== '"') throw this.#problem('a key in double quotes was expected');
          const keyAt = this.#at;
          const key = this.#string();
          this.#space();
          if (this.#text[this.#at] !== ':') throw this.#problem("':' was expected after the key");
          this.#at++;
          this.#space();
          this.#value(this.#deeper(matched, key, keyAt));
        });
      case '[': {
        let index = 0;
        return this.#members(']', () => this.#value(this.#deeper(matched, String(index++), this.#at)));
      }
      case '"':
        this.#string();
        return;
      default:
        this.#literal();
    }
  }

  #deeper(matched: number, key: string, at: number): number {
    if (matched < 0 || this.#path[matched] !== key) return -1;
    this.found = at;
    return matched + 1;
  }

  #members(close: '}' | ']', member: () => void): void {
    if (++this.#depth > MAX_DEPTH) throw this.#problem(`it is nested deeper than ${MAX_DEPTH} levels`);
    this.#at++;
    this.#space();
    if (this.#text[this.#at] !== close) {
      for (;;) {
        member();
        this.#space();
        if (this.#text[this.#at] !== ',') break;
        this.#at++;
        this.#space();
      }
    }
    if (this.#text[this.#at] !== close) throw this.#problem(`',' or '${close}' was expected`);
    this.#at++;
    this.#depth--;
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined) throw new SyntaxProblem('a text in double quotes has no end', start);
      if (c === '"') break;
      if (c < ' ') throw this.#problem('a line break or control character stands inside a text (write \\n)');
      if (c === '\\') {
        const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
        escape.lastIndex = this.#at;
        const match = escape.exec(this.#text);
        if (!match) throw this.#problem('an escape that JSON does not know follows \\');
        this.#at += match[0].length;
      } else this.#at++;
    }
    this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #literal(): void {
    const literal = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    literal.lastIndex = this.#at;
    const match = literal.exec(this.#text);
    if (!match) throw this.#problem('a value was expected');
    this.#at += match[0].length;
  }

  #space(): void {
    const space = /[ \t\r\n]*/y;
    space.lastIndex = this.#at;
    this.#at += space.exec(this.#text)![0].length;
  }

  #problem(expected: string): SyntaxProblem {
    if (this.#at >= this.#text.length) {
      return new SyntaxProblem(`the file ends too early (${expected})`, this.#text.length);
    }
    return new SyntaxProblem(expected, this.#at);
  }
}
