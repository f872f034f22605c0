/** Evidence rows: where something was seen, and what was seen there. */
import type { Judgement } from '../compat/rules/judgement.ts';
import { originText, type Answer } from '../machine/answer.ts';
import type { Evidence } from './types.ts';

/** Most rows that a finding carries; a log may repeat a line half a million times. */
export const MOST_EVIDENCE = 8;

/** Of an excerpt as it is kept; what a person reads in a pipe or with -v is all of it. */
const LONGEST_EXCERPT = 4096;

/** Of an excerpt in a document: it is sent on and put together with others. */
const LONGEST_IN_DOCUMENT = 300;

/** What an answer shows: the value in the given words, or that it is not there, or why it could not be looked at. */
export function evidence<T>(answer: Answer<T>, what: string, show?: (value: T) => string): Evidence {
  const from = originText(answer.from);
  switch (answer.state) {
    case 'present':
      return { from, excerpt: cut(show ? `${what}: ${show(answer.value)}` : what) };
    case 'absent':
      return { from, excerpt: cut(`${what}: none`) };
    case 'unknown':
      return { from, excerpt: cut(`${what}: could not look (${answer.why})`) };
  }
}

/** What a rule says, as a sentence of its own. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a rule stood on. */
export const ruleEvidence = ({ facts }: Judgement): Evidence[] =>
  facts.map(({ text, source }) => ({ from: `table: ${source}`, excerpt: cut(text) }));

export function cut(text: string, most = LONGEST_EXCERPT): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Diagnoses as a document has them. */
export function withBoundedExcerpts<T extends { evidence: readonly Evidence[] }>(
  diagnoses: readonly T[],
): T[] {
  return diagnoses.map((one) => ({
    ...one,
    evidence: one.evidence.map((row) => ({ ...row, excerpt: cut(row.excerpt, LONGEST_IN_DOCUMENT) })),
  }));
}

/** The rows without repetition, in order, at most `most`. */
export function distinctEvidence(rows: readonly Evidence[], most = MOST_EVIDENCE): Evidence[] {
  const seen = new Set<string>();
  return rows
    .filter((row) => {
      const key = `${row.from}\n${row.excerpt}`;
      return seen.has(key) ? false : seen.add(key);
    })
    .slice(0, most);
}
