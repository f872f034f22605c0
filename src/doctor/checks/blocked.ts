/** The only place that says "blocked": a check that fails, or could not be made, because of something else's root cause. */
import type { Facts } from '../../machine/facts.ts';
import { consequencesOf } from '../engine/consequences.ts';
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
      [...consequencesOf([one.diagnosis], facts, diagnoses)].some((code) =>
        diagnoses.get(code)?.checks.includes(id),
      );
    if (leads) return roots.rootOf(one).diagnosis.code;
  }
  return null;
}
