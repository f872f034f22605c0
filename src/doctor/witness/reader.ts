/**
 * How families of text are written down: one reader for each sentence that a producer has, a regular expression that hangs on
 * a literal, and what it testifies.
 */
import type { LogLine } from '../text/lines.ts';
import type { TestimonyKind } from './testimony.ts';

export interface Reader {
  /** Lower case; the pattern runs only on lines that hold one of them. */
  literal: string | readonly string[];
  /** At most one unbounded quantifier; runs on one line of at most 4096 characters. */
  pattern: RegExp;
  /** Null: it matches, and says nothing after all. */
  says(match: RegExpExecArray): TestimonyKind | readonly TestimonyKind[] | null;
}

export interface ReadersOfFamily {
  name: string;
  readers: readonly Reader[];
  /** What a line of the family begins with that should be understood: shown as not understood where no reader speaks. */
  complaint?: Pick<Reader, 'literal' | 'pattern'>;
}

const listed = (literal: string | readonly string[]): readonly string[] =>
  typeof literal === 'string' ? [literal] : literal;

/** Everything that a line has to hold one of. */
export function literalsOfReaders({ readers, complaint }: ReadersOfFamily): string[] {
  const all = [...readers, ...(complaint ? [complaint] : [])].flatMap(({ literal }) => listed(literal));
  return [...new Set(all)];
}

/** What the readers say of one line, without repetition. */
export function readWith(family: ReadersOfFamily, line: LogLine): readonly TestimonyKind[] {
  const said = new Map<string, TestimonyKind>();
  for (const reader of family.readers) {
    const match = matchOf(reader, line);
    const testimony = match === null ? null : reader.says(match);
    if (testimony === null) continue;
    for (const one of Array.isArray(testimony) ? testimony : [testimony]) said.set(JSON.stringify(one), one);
  }
  if (said.size === 0 && family.complaint && matchOf(family.complaint, line))
    return [{ kind: 'not-understood', family: family.name }];
  return [...said.values()];
}

function matchOf({ literal, pattern }: Pick<Reader, 'literal' | 'pattern'>, line: LogLine): RegExpExecArray | null {
  return listed(literal).some((one) => line.lower.includes(one)) ? pattern.exec(line.text) : null;
}
