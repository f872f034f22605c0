/** The only place that says "blocked": a check that fails, or could not be made, because of something else's root cause. */
import type { Facts } from '../../machine/facts.ts';
import type { Found } from '../engine/found.ts';
import { covers } from '../engine/found.ts';
import type { Roots } from '../engine/relations.ts';
import type { CheckId, Diagnosis } from '../types.ts';

/**
 * @param needs the checks without which this one cannot be made
 * @returns code of the root diagnosis behind it; null where nothing blocks the check
 */
export function blocked(
  id: CheckId,
  needs: readonly CheckId[],
  subject: string,
  shown: readonly Found[],
  roots: Roots,
  facts: Facts,
  diagnoses: ReadonlyMap<string, Diagnosis>,
): string | null {
  for (const one of shown) {
    // Only what is itself shown as an error blocks others.
    if (one.finding.severity !== 'error' || !covers(one.finding.subject, subject)) continue;
    const { checks } = one.diagnosis;
    if (checks.includes(id) && roots.isRoot(one)) continue;
    const leads =
      checks.includes(id) ||
      checks.some((check) => needs.includes(check)) ||
      reaches(one.diagnosis, id, facts, diagnoses);
    if (leads) return roots.rootOf(one).diagnosis.code;
  }
  return null;
}

/** Whether a diagnosis brings one of this check about, directly or through others. */
function reaches(
  from: Diagnosis,
  check: CheckId,
  facts: Facts,
  diagnoses: ReadonlyMap<string, Diagnosis>,
): boolean {
  const seen = new Set<string>();
  const pending = [from];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const link of at.causes ?? []) {
      if (seen.has(link.code) || link.when?.(facts) === false) continue;
      seen.add(link.code);
      const next = diagnoses.get(link.code);
      if (next?.checks.includes(check)) return true;
      if (next) pending.push(next);
    }
  }
  return false;
}
