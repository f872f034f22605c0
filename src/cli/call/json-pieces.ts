/** A document of --json in pieces: one of ten thousand prefixes is never in memory as one text. */
import { escapeDeep, escapeText } from '../../base/escape.ts';

/** Until a piece is handed on, in characters. */
const PIECE = 64 << 10;

/** What `JSON.stringify(escapeDeep(document), null, 2)` gives, and a newline. */
export function* jsonPieces(document: unknown): Generator<string> {
  let piece = '';
  for (const part of parts(document)) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n`;
}

/** What grows with a machine lies this deep at most: a list right below the top, or in a part of the document. */
const DEEPEST_LIST = 3;

/**
 * Down to the members of lists that may be long, each by itself.
 *
 * @param indent of the line that it begins in
 */
function* parts(value: unknown, indent = '', depth = 1): Generator<string> {
  if (typeof value !== 'object' || value === null || depth > DEEPEST_LIST) return yield text(value, indent);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const members = isList
    ? value.map((member): [string, unknown] => ['', member])
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([name, member]): [string, unknown] => [`${JSON.stringify(escapeText(name))}: `, member]);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (members.length === 0) return yield open + close;
  for (const [at, [name, member]] of members.entries()) {
    yield `${at === 0 ? open : ','}\n${inner}${name}`;
    yield* parts(member, inner, depth + 1);
  }
  yield `\n${indent}${close}`;
}

/** @param indent of the line that it begins in */
function text(value: unknown, indent: string): string {
  // No text of JSON has a newline of its own. What it has no form for is null in a list.
  return (JSON.stringify(escapeDeep(value), null, 2) ?? 'null').replaceAll('\n', `\n${indent}`);
}
