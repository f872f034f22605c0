/** What was understood of a text, as `explain` shows and prints it: each thing once, with the line where it is said first. */
import { cut } from '../evidence.ts';
import { sentenceOf } from './says.ts';
import type { Testimony, Witness } from './testimony.ts';

/** Most rows: a log may name a thousand packages. */
const MOST = 200;

export interface Understood {
  kind: Testimony['kind'];
  says: string;
  /** "text: line 12" */
  from: string;
  excerpt: string;
  /** In how many lines, as far as they were counted. */
  lines: number;
}

export function understoodOf({ testimony }: Witness): Understood[] {
  const rows = new Map<string, Understood>();
  for (const one of testimony) {
    const says = sentenceOf(one);
    // Of what was not understood each line is another.
    const key = one.kind === 'not-understood' ? `${says} ${one.excerpt}` : says;
    const row = rows.get(key);
    if (row) row.lines += 1;
    else if (rows.size < MOST)
      rows.set(key, { kind: one.kind, says, from: one.from, excerpt: cut(one.excerpt, 300), lines: 1 });
  }
  return [...rows.values()];
}
