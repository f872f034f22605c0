/**
 * A family of text: what one kind of program (a loader, a compiler, a package manager) can say. A file in families/ states its
 * grammar as sentences; each yields what the line testifies.
 *
 * Text is hostile: a sentence is tried only on lines that hold its literal, its pattern has at most one unbounded quantifier, and
 * lines are cut before (text/lines.ts). test/doctor/hostile-text.test.ts times every pattern.
 */
import { literalsOf, type LogLine } from '../text/lines.ts';
import type { TestimonyKind } from './testimony.ts';

export interface Sentence {
  /** Lower-case literal, or several of which a line holds at least one where the pattern matches. */
  literal: string | readonly string[];
  /** At most one unbounded quantifier. Only its first match in a line is taken. */
  pattern: RegExp;
  /** Null: after all, the line says nothing. */
  says(match: RegExpExecArray): TestimonyKind | readonly TestimonyKind[] | null;
}

export interface Family {
  /** As a person would call it: "dynamic loader". */
  name: string;
  /** Of all its sentences: a text, or a line, without any of these is none of this family. */
  literals: readonly string[];
  sentences: readonly Sentence[];
  /** What a line says, each thing once; empty where it is none of this family. */
  read(line: LogLine): readonly TestimonyKind[];
}

/**
 * @param sentences all of them that fit a line speak
 * @param others what else belongs to the family: a line that one of these fits and no sentence understands is shown as such
 */
export function familyOf(
  name: string,
  sentences: readonly Sentence[],
  others: readonly Pick<Sentence, 'literal' | 'pattern'>[] = [],
): Family {
  const unread: TestimonyKind = { kind: 'not-understood', family: name };
  const all = [...sentences, ...others.map((one): Sentence => ({ ...one, says: () => unread }))];
  return {
    name,
    literals: [...new Set(all.flatMap(literalsOf))],
    sentences: all,
    read(line) {
      const heard = all.flatMap((sentence) => hear(sentence, line));
      const understood = heard.filter(({ kind }) => kind !== 'not-understood');
      return distinct(understood.length > 0 ? understood : heard);
    },
  };
}

function hear(sentence: Sentence, { text, lower }: LogLine): readonly TestimonyKind[] {
  if (!literalsOf(sentence).some((literal) => lower.includes(literal))) return [];
  const match = sentence.pattern.exec(text);
  const said = match === null ? null : sentence.says(match);
  if (said === null) return [];
  return 'kind' in said ? [said] : said;
}

function distinct(all: readonly TestimonyKind[]): readonly TestimonyKind[] {
  if (all.length < 2) return all;
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
