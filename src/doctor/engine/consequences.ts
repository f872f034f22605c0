/** What follows from a diagnosis: the one walk along `causes`, whose links hold only where the facts let them. */
import type { Facts } from '../../machine/facts.ts';
import type { Diagnosis } from '../types.ts';

/** Codes that the given diagnoses bring about on this machine, directly or through others, the nearest first. */
export function consequencesOf(
  from: Iterable<Diagnosis>,
  facts: Facts,
  diagnoses: ReadonlyMap<string, Diagnosis>,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [...from];
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    for (const { code, when } of at.causes ?? []) {
      if (reached.has(code) || when?.(facts) === false) continue;
      reached.add(code);
      const next = diagnoses.get(code);
      if (next !== undefined) pending.push(next);
    }
  }
  return reached;
}
