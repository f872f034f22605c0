/** Reads a text as a witness: every family that it holds words of reads its lines. */
import found from 'on-demand:modules:src/doctor/witness/families:family';
import { cut, MOST_EVIDENCE } from '../evidence.ts';
import { literalsOf, type LogText } from '../text/lines.ts';
import { readBy, tellsWhatHappened, type Family } from './family.ts';
import type { KindOfTestimony, Said, Testimony, TestimonyOf, Witness } from './testimony.ts';

let all: readonly Family[] | null = null;

/**
 * All families, found by where they lie: families/<name>.ts. To set up their thousand patterns takes milliseconds, and most
 * machines that are looked at live have no text to be read.
 */
export const families = (): readonly Family[] => (all ??= Object.values(found()));

/** Whatever a line is looked at for, in lower case. */
export const allLiterals = (): string[] => [
  ...new Set(
    families()
      .flatMap(({ sentences }) => sentences)
      .flatMap(literalsOf),
  ),
];

/** How many lines apart what belongs together may stand: a traceback or a table lies between. */
const NEAR = 40;

/** Most that is kept of one text, whatever it repeats with other numbers. */
const MOST_TESTIMONY = 5000;

/** @param besides what was not said by a text */
export function witness(text: LogText, besides: readonly Testimony[] = []): Witness {
  const heard = text.lines.length === 0 ? [] : families().flatMap((family) => heardBy(family, text));
  // Programs begin their lines alike: what another family understands was understood.
  const understood = new Set(heard.filter(tellsWhatHappened).map(({ at }) => at));
  const read = heard.filter(({ kind, at }) => kind !== 'not-understood' || !understood.has(at));
  const testimony = [...besides, ...read].sort((a, b) => a.at - b.at);
  const byKind = new Map<KindOfTestimony, Testimony[]>();
  for (const one of testimony) {
    const sameKind = byKind.get(one.kind);
    if (sameKind) sameKind.push(one);
    else byKind.set(one.kind, [one]);
  }
  // The map holds under each kind what is of it, which its type cannot say.
  const of = <K extends KindOfTestimony>(kind: K): readonly TestimonyOf<K>[] =>
    (byKind.get(kind) ?? []) as unknown as TestimonyOf<K>[];
  return { testimony, of, near: (one, kind) => nearest(one, of(kind)) };
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

function nearest<T extends Said>(one: Said, all: readonly T[]): T | null {
  let best: T | null = null;
  for (const other of all) {
    const distance = Math.abs(other.at - one.at);
    if (other === one || distance > NEAR) continue;
    if (best === null || distance < Math.abs(best.at - one.at)) best = other;
  }
  return best;
}
