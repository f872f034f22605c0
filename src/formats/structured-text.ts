/**
 * A text of a known form, JSON or YAML: its value, or what is wrong with it, in which line, and what was expected there.
 *
 * JSON is judged by JSON.parse and by the schema alone, which are fast and strict. Only where they refuse is it read
 * again as YAML, which JSON is a part of, for the line that neither of them tells.
 */
import type { Document } from 'yaml';
import { isCollection, LineCounter, parseDocument, visit, type Node } from 'yaml';
import type { z } from 'zod';
import { messageOf } from '../base/errors.ts';

/** What is wrong: the text itself ("syntax"), or that what it says is not of the known form ("form"). */
export interface Trouble {
  kind: 'syntax' | 'form';
  /** From 1; null where finding it would take too long. */
  line: number | null;
  /** Of `form`: keys and indexes that lead to the value. */
  path: readonly PropertyKey[];
  /** Of `form`: what was expected there, in the schema's words. */
  what: string;
}

export type Reading<T> = { ok: true; value: T } | { ok: false; trouble: Trouble };

export function readJson<T>(text: string, schema: z.ZodType<T>): Reading<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, trouble: { kind: 'syntax', path: [], ...notJson(text, messageOf(error)) } };
  }
  return checked(value, schema, (path) => (isQuickToLocate(text) ? new Located(text).lineOf(path) : null));
}

export function readYaml<T>(text: string, schema: z.ZodType<T>): Reading<T> {
  const broken = (line: number | null, what: string): Reading<T> => ({
    ok: false,
    trouble: { kind: 'syntax', line, path: [], what },
  });
  if (isTooDeep(text)) return broken(null, 'it is nested too deeply');
  const located = new Located(text, { uniqueKeys: true });
  const problem = located.problem ?? firstKeyOfMany(located.document);
  if (problem !== null) return broken(located.lineAt(problem.offset), problem.what);
  let value: unknown;
  try {
    // Aliases are not needed here, and a few lines of them can grow to gigabytes.
    value = located.document.toJS({ maxAliasCount: 0 });
  } catch {
    return broken(1, 'aliases (*name) are not allowed');
  }
  return checked(value, schema, (path) => located.lineOf(path));
}

function checked<T>(
  value: unknown,
  schema: z.ZodType<T>,
  lineOf: (path: readonly PropertyKey[]) => number | null,
): Reading<T> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0]!;
  const what = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return { ok: false, trouble: { kind: 'form', line: lineOf(issue.path), path: issue.path, what } };
}

interface Problem {
  offset: number;
  what: string;
}

/** A text with its lines. */
class Located {
  readonly document: Document.Parsed;
  readonly #text: string;
  readonly #lines = new LineCounter();

  constructor(text: string, { uniqueKeys = false } = {}) {
    this.#text = text;
    this.document = parseDocument(text, { lineCounter: this.#lines, strict: true, uniqueKeys });
  }

  /** The first thing that is no YAML. */
  get problem(): Problem | null {
    const error = this.document.errors[0];
    if (error === undefined) return null;
    const [place] = error.pos;
    // Where only blanks follow, the text ends too early.
    const offset = this.#text.slice(place).trim() === '' ? this.#text.length : place;
    return { offset, what: error.message.split('\n')[0]!.replace(/ at line .*$/, '') };
  }

  lineAt(offset: number): number {
    return this.#lines.linePos(offset).line;
  }

  /** The line of the value at a path, or of the nearest thing around it that exists. */
  lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length >= 0; length--) {
      const found: unknown =
        length === 0 ? this.document.contents : this.document.getIn(path.slice(0, length), true);
      const start = (found as Node | null | undefined)?.range?.[0];
      if (start !== undefined) return this.lineAt(start);
    }
    return 1;
  }
}

/** YAML takes a list for a key, too. It would be written out as one, in a time and to a length without measure. */
function firstKeyOfMany(document: Document.Parsed): Problem | null {
  let found: Problem | null = null;
  visit(document, {
    Pair(_, { key }) {
      if (!isCollection(key)) return undefined;
      found = { offset: key.range?.[0] ?? 0, what: 'a key has to be a text' };
      return visit.BREAK;
    },
  });
  return found;
}

/**
 * Whether YAML's parser must not see it: it calls itself for what lies in one another, and where V8's stack ends while it compiles a
 * regular expression, the process ends. Counted is what may open something, also where it stands in a text.
 */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && depth > 0) depth--;
    if (depth > DEEPEST) return true;
  }
  return ROW_OF_SIGNS.test(text);
}

/** Where JSON.parse refused; its own words differ between runtimes, and few of them name a place. */
function notJson(text: string, otherwise: string): { line: number | null; what: string } {
  if (!isQuickToLocate(text)) return { line: null, what: otherwise };
  const located = new Located(text);
  const first = located.problem ?? strangeTo(text, located.document)[0];
  if (first === undefined) return { line: null, what: otherwise };
  return { line: located.lineAt(first.offset), what: first.what };
}

/** What is YAML and no JSON, in the order of the text. */
function strangeTo(text: string, document: Document.Parsed): Problem[] {
  const problems: Problem[] = [];
  const note = (offset: number, what: string): void => void problems.push({ offset, what });
  visit(document, {
    Node(_, node) {
      const [start, end] = node.range ?? [0, 0];
      if (!isCollection(node)) {
        if (isJson(text.slice(start, end))) return;
        note(start, 'a text in double quotes, a number, true, false, null, [...] or {...} was expected');
      } else if (node.flow !== true) note(start, 'the brackets { } or [ ] around it are missing');
      else {
        const comma = /,\s*$/.exec(text.slice(Math.max(start, end - 200), end - 1));
        if (comma !== null) note(end - 1 - comma[0].length, 'a comma stands behind the last value');
      }
    },
    Pair(_, { key, value }) {
      const start = (key as Node | null)?.range?.[0] ?? 0;
      if (text[start] !== '"') note(start, 'a key in double quotes was expected');
      else if (value === null) note(start, "':' and a value were expected after the key");
    },
  });
  return problems;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Measured: 4 MB/s of long texts, some 20 µs for every element (1 MB of "1," would take 13 s and 500 MB), and 2 µs for
 * every line between them.
 */
const MOST_CHARACTERS = 12 << 20;
const MOST_ELEMENTS = 50_000;
const MOST_LINES = 500_000;
/** As deep as any document of ours is, many times over. */
const DEEPEST = 200;
/** Of lists and keys that begin in one line, each in the one before it. */
const ROW_OF_SIGNS = new RegExp(`(?:[-?:][ \\t]+){${DEEPEST}}`);

function isQuickToLocate(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return false;
  let [elements, lines, depth] = [0, 0, 0];
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') inText = !inText;
    else if (inText) at += character === '\\' ? 1 : 0;
    else if (character === '\n') lines++;
    else if ('[{,'.includes(character)) {
      elements++;
      if (character !== ',') depth++;
    } else if (character === ']' || character === '}') depth--;
    if (elements > MOST_ELEMENTS || lines > MOST_LINES || depth > DEEPEST) return false;
  }
  return true;
}
