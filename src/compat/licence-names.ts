/**
 * Licences by the names that Debian's machine-readable copyright files use, as SPDX names them. Only where both mean the same text:
 * what is not here keeps its own text. Debian's names: its copyright format 1.0, section "License short name" and what stands in
 * archive files; SPDX's: its licence list.
 */
import table from './data/licence-names.json' with { type: 'json' };

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(table.names));
const EXCEPTIONS: ReadonlyMap<string, string> = new Map(Object.entries(table.exceptions));
const VERSIONED: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(table.versioned));

/**
 * @param name what follows "License:": "GPL-2+", "Expat or Apache-2.0", "GPL-3+ with GCC-Runtime-Library exception"
 * @returns "GPL-2.0-or-later", "(MIT OR Apache-2.0)", "Zlib AND MIT"; null: at least one part has no name in SPDX
 */
export function spdxExpression(name: string): string | null {
  const parts = name.split(/\s+(and\/or|and|or)\s+/i);
  const said = parts.map((part, at) => (at % 2 === 1 ? operator(part) : one(part.trim())));
  if (said.includes(null)) return null;
  // What binds closer is not always said where both stand: commas say it in Debian's files.
  if (new Set(said.filter((_, at) => at % 2 === 1)).size > 1) return null;
  const whole = said.join(' ');
  return said.includes('OR') ? `(${whole})` : whole;
}

const operator = (word: string): string | null =>
  ({ and: 'AND', or: 'OR', 'and/or': null })[word.toLowerCase()] ?? null;

function one(name: string): string | null {
  const [licence, exception] = name.split(/\s+with\s+/i);
  const id = idOf(licence!);
  if (exception === undefined || id === null) return id;
  const known = EXCEPTIONS.get(exception.toLowerCase().replace(/\s+exception$/, ''));
  return known === undefined ? null : `${id} WITH ${known}`;
}

function idOf(name: string): string | null {
  const plain = NAMES.get(name.toLowerCase());
  if (plain !== undefined) return plain;
  const match = /^([A-Za-z]+)-(\d+(?:\.\d+)*)(\+?)$/.exec(name);
  if (match === null) return null;
  const [, family, version, orLater] = match;
  const whole = version!.includes('.') ? version! : `${version}.0`;
  if (!(VERSIONED.get(family!.toUpperCase()) ?? []).includes(whole)) return null;
  return `${family!.toUpperCase()}-${whole}-${orLater === '+' ? 'or-later' : 'only'}`;
}
