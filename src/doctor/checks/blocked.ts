/** The only place that says "blocked": a check that fails, or could not be made, because of something else's root cause. */
import type { Facts } from '../../machine/facts.ts';
import type { Found } from '../engine/found.ts';
import { covers } from '../engine/found.ts';
import type { Roots } from '../engine/relations.ts';
import type { Diagnosis } from '../types.ts';
import type { CheckRule } from './check-rule.ts';

/**
 * @returns code of the root diagnosis behind them; null where nothing blocks the check
 */
export function blocked(
  { codes, blockers = [] }: Pick<CheckRule, 'codes' | 'blockers'>,
  subject: string,
  shown: readonly Found[],
  roots: Roots,
  facts: Facts,
  diagnoses: ReadonlyMap<string, Diagnosis>,
): string | null {
  for (const one of shown) {
    // Only what is itself shown as an error blocks others.
    if (one.finding.severity !== 'error' || !covers(one.finding.subject, subject)) continue;
    if (codes.includes(one.diagnosis.code) && roots.isRoot(one)) continue;
    const leads =
      codes.includes(one.diagnosis.code) ||
      blockers.includes(one.diagnosis.code) ||
      reaches(one.diagnosis, codes, facts, diagnoses);
    if (leads) return roots.rootOf(one).diagnosis.code;
  }
  return null;
}

/** Whether a diagnosis brings one of these about, directly or through others. */
function reaches(
  from: Diagnosis,
  codes: readonly string[],
  facts: Facts,
  diagnoses: ReadonlyMap<string, Diagnosis>,
): boolean {
  const seen = new Set<string>();
  const pending = [from];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const link of at.causes ?? []) {
      if (seen.has(link.code) || link.when?.(facts) === false) continue;
      if (codes.includes(link.code)) return true;
      seen.add(link.code);
      const next = diagnoses.get(link.code);
      if (next) pending.push(next);
    }
  }
  return false;
}
