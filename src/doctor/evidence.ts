/** Evidence rows: where something was seen, and what was seen there. */
import { originText, type Answer } from '../machine/answer.ts';
import type { Evidence } from './types.ts';

/** Most rows that a finding carries; a log may repeat a line half a million times. */
export const MOST_EVIDENCE = 8;

/** Longest excerpt; longer ones are cut, since a report fits a screen. */
const MAX_EXCERPT = 300;

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

export function cut(text: string): string {
  return text.length <= MAX_EXCERPT ? text : `${text.slice(0, MAX_EXCERPT - 1)}…`;
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
