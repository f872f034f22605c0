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

/** Lists right below the top are what grows with a machine: their members come one by one. */
function* parts(document: unknown): Generator<string> {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return yield text(document, '');
  const fields = Object.entries(document).filter(([, value]) => value !== undefined);
  if (fields.length === 0) return yield '{}';
  for (const [at, [name, value]] of fields.entries()) {
    yield `${at === 0 ? '{' : ','}\n  ${JSON.stringify(escapeText(name))}: `;
    if (Array.isArray(value) && value.length > 0) yield* members(value);
    else yield text(value, '  ');
  }
  yield '\n}';
}

function* members(list: readonly unknown[]): Generator<string> {
  for (const [at, member] of list.entries()) {
    yield `${at === 0 ? '[' : ','}\n    ${text(member, '    ')}`;
  }
  yield '\n  ]';
}

/** @param indent of the line that it begins in */
function text(value: unknown, indent: string): string {
  // No text of JSON has a newline of its own. What it has no form for is null in a list.
  return (JSON.stringify(escapeDeep(value), null, 2) ?? 'null').replaceAll('\n', `\n${indent}`);
}
