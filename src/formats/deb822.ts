/**
 * Deb822 text as apt reads it: stanzas of fields, separated by empty lines.
 *
 *     Types: deb
 *     # a comment, also between the lines of one field
 *     Suites: bookworm
 *      bookworm-updates
 */
import type { ErrorCode } from '../base/error-codes.ts';
import { GpuSetupError } from '../base/errors.ts';
import { withoutLogins } from '../base/escape.ts';

export interface Field {
  /** As written. */
  name: string;
  /** Lines joined by "\n", each without its leading blanks; the first may be empty. */
  value: string;
  /** 1-based. */
  line: number;
}

export interface Stanza {
  /** By lower-case name. */
  fields: ReadonlyMap<string, Field>;
  line: number;
}

export interface Deb822Options {
  /** Code of the error that is thrown: `bad-sources`. */
  code: ErrorCode;
  /** For messages. */
  file: string;
  maxBytes?: number;
}

const MAX_BYTES = 1 << 20;

/** The bytes of a small text file; too large, NUL bytes and broken UTF-8 are refused. CRLF becomes LF. */
export function decodeText(bytes: Uint8Array, { code, file, maxBytes = MAX_BYTES }: Deb822Options): string {
  if (bytes.length > maxBytes) {
    throw malformed(code, file, 1, `a text file of at most ${maxBytes} bytes`, `${bytes.length} bytes`);
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    const line = Buffer.from(bytes.subarray(0, nul)).toString('latin1').split('\n').length;
    throw malformed(code, file, line, 'text', 'a NUL byte, as in a binary file');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r\n/g, '\n');
  } catch {
    throw malformed(code, file, 1, 'UTF-8 text', 'bytes that are not UTF-8');
  }
}

/** Parses decoded text; a line that is no field, a continuation of nothing or a repeated field is refused by its number. */
export function parseDeb822(text: string, { code, file }: Deb822Options): Stanza[] {
  return stanzasOf(text, (line, expected, found) => {
    throw malformed(code, file, line, expected, found);
  });
}

/** What other programs have written: a line that is no field is passed over, and of a repeated field the last counts. */
export function parseLooseDeb822(text: string): Stanza[] {
  return stanzasOf(text.replaceAll('\r\n', '\n'), () => {});
}

function stanzasOf(
  text: string,
  complain: (line: number, expected: string, found: string) => void,
): Stanza[] {
  const stanzas: Stanza[] = [];
  let fields = new Map<string, Field>();
  let started = 0;
  let last: Field | undefined;
  const close = (): void => {
    if (fields.size > 0) stanzas.push({ fields, line: started });
    fields = new Map();
    last = undefined;
  };
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    if (line.startsWith('#')) continue;
    const indented = line.startsWith(' ') || line.startsWith('\t');
    if (line === '' || (indented && line.trim() === '')) {
      close();
      continue;
    }
    if (indented) {
      if (last === undefined) complain(number, '"Field: value"', 'an indented line that continues nothing');
      else last.value += `\n${line.trim()}`;
      continue;
    }
    const match = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line);
    if (match === null) {
      complain(number, '"Field: value"', `"${withoutLogins(line).slice(0, 80)}"`);
      continue;
    }
    const [, name, value] = match;
    const key = name!.toLowerCase();
    if (fields.has(key)) complain(number, `${name} once per stanza`, 'it a second time');
    if (fields.size === 0) started = number;
    last = { name: name!, value: value!.trim(), line: number };
    fields.set(key, last);
  }
  close();
  return stanzas;
}

/** apt's words for yes and no; null for any other. */
export function aptBoolean(value: string): boolean | null {
  const word = value.toLowerCase();
  if (['yes', 'true', '1', 'on', 'enable', 'with'].includes(word)) return true;
  return ['no', 'false', '0', 'off', 'disable', 'without'].includes(word) ? false : null;
}

/** An error that says where, what was expected and what was there. */
export function malformed(
  code: ErrorCode,
  file: string,
  line: number,
  expected: string,
  found: string,
): GpuSetupError {
  return new GpuSetupError(code, `${file}:${line}: expected ${expected}, found ${found}`, {
    hint: `correct line ${line} of ${file}`,
    details: { file, line, expected },
  });
}
