/** Third step: what explains what. Layers play no part here. */
import type { Facts } from '../../machine/facts.ts';
import type { CauseLink } from '../types.ts';
import { bearsOn, CONFIDENCES, covers, SEVERITIES, type Found } from './found.ts';
import { contradicted } from './merge.ts';

const links = (list: readonly CauseLink[] | undefined, code: string, facts: Facts): boolean =>
  (list ?? []).some((link) => link.code === code && (link.when?.(facts) ?? true));

/** Whether `cause` brings `effect` about. Only what is itself shown as an error causes others. */
export function isCause(cause: Found, effect: Found, facts: Facts): boolean {
  return (
    cause !== effect &&
    cause.finding.severity === 'error' &&
    links(cause.diagnosis.causes, effect.diagnosis.code, facts) &&
    bearsOn(cause.finding.subject, effect.finding.subject)
  );
}

/** Without what another finding explains away; `explainedBy` holds no cycles (a test sees to it). */
export function explainAway(all: readonly Found[], facts: Facts): Found[] {
  const weight = ({ finding }: Found): number => SEVERITIES.indexOf(finding.severity);
  return all.filter(
    (one) =>
      !all.some(
        (other) =>
          other !== one &&
          weight(other) <= weight(one) &&
          links(one.diagnosis.explainedBy, other.diagnosis.code, facts) &&
          covers(other.finding.subject, one.finding.subject),
      ),
  );
}

/** Of two findings that cannot both be true the better founded one stays an error; the other is shown as contradicted. */
export function settleExclusions(all: readonly Found[], facts: Facts): Found[] {
  return all.map((one) => {
    if (one.finding.severity !== 'error') return one;
    const stronger = all.find(
      (other) =>
        other !== one &&
        other.finding.severity === 'error' &&
        (links(other.diagnosis.excludes, one.diagnosis.code, facts) ||
          links(one.diagnosis.excludes, other.diagnosis.code, facts)) &&
        covers(other.finding.subject, one.finding.subject) &&
        isStronger(other, one),
    );
    return stronger ? contradicted(one, `that cannot be beside ${stronger.diagnosis.code}`) : one;
  });
}

function isStronger(a: Found, b: Found): boolean {
  if (a.origin !== b.origin) return a.origin === 'facts';
  return CONFIDENCES.indexOf(a.finding.confidence) < CONFIDENCES.indexOf(b.finding.confidence);
}

export interface Roots {
  /** Whether no other shown finding causes this one. */
  isRoot(one: Found): boolean;
  /** The root behind a finding; itself where it is one. */
  rootOf(one: Found): Found;
}

export function findRoots(all: readonly Found[], facts: Facts): Roots {
  const causesOf = new Map(all.map((one) => [one, all.filter((other) => isCause(other, one, facts))]));
  const rootOf = (one: Found): Found => {
    const seen = new Set<Found>();
    let at = one;
    // In a ring of causes (conditions on facts should exclude it) the first one met again stands for the ring.
    while (!seen.has(at)) {
      seen.add(at);
      at = causesOf.get(at)?.[0] ?? at;
    }
    return at;
  };
  return { rootOf, isRoot: (one) => rootOf(one) === one };
}
