/** Reads a text as a witness: every family that it holds words of reads its lines. */
import found from 'modules:src/doctor/witness/families:family';
import { cut, MOST_EVIDENCE } from '../evidence.ts';
import { literalsOf, type LogText } from '../text/lines.ts';
import { readBy, tellsWhatHappened, type Family } from './family.ts';
import type { Testimony, Witness } from './testimony.ts';
import { witnessOf } from './witness-of.ts';

/** All families, found by where they lie: families/<name>.ts. */
export const FAMILIES: readonly Family[] = Object.values(found);

/** Whatever a line is looked at for, in lower case. */
export const allLiterals = (): string[] => [
  ...new Set(FAMILIES.flatMap(({ sentences }) => sentences).flatMap(literalsOf)),
];

/** Most that is kept of one text, whatever it repeats with other numbers. */
const MOST_TESTIMONY = 5000;

/** @param besides what was not said by a text */
export function witness(text: LogText, besides: readonly Testimony[] = []): Witness {
  const heard = FAMILIES.flatMap((family) => heardBy(family, text));
  // Programs begin their lines alike: what another family understands was understood.
  const understood = new Set(heard.filter(tellsWhatHappened).map(({ at }) => at));
  const read = heard.filter(({ kind, at }) => kind !== 'not-understood' || !understood.has(at));
  return witnessOf([...besides, ...read]);
}

function heardBy(family: Family, text: LogText): Testimony[] {
  const heard: Testimony[] = [];
  const times = new Map<string, number>();
  for (const [at, all] of readBy(family, text)) {
    const line = text.lines[at]!;
    for (const said of all) {
      const key = JSON.stringify(said);
      const before = times.get(key) ?? 0;
      // A log may repeat a line half a million times.
      if (before >= MOST_EVIDENCE || heard.length >= MOST_TESTIMONY) continue;
      times.set(key, before + 1);
      heard.push({ ...said, from: line.from, excerpt: cut(line.text.trim()), at });
    }
  }
  return heard;
}
