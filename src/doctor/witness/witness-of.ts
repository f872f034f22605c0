/** Testimony, to be asked by kind and by where it stands. */
import type { KindOfTestimony, Said, Testimony, TestimonyOf, Witness } from './testimony.ts';

/** How many lines apart what belongs together may stand: a traceback or a table lies between. */
const NEAR = 40;

export function witnessOf(said: readonly Testimony[]): Witness {
  const testimony = [...said].sort((a, b) => a.at - b.at);
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

function nearest<T extends Said>(one: Said, all: readonly T[]): T | null {
  let best: T | null = null;
  for (const other of all) {
    const distance = Math.abs(other.at - one.at);
    if (other === one || distance > NEAR) continue;
    if (best === null || distance < Math.abs(best.at - one.at)) best = other;
  }
  return best;
}
