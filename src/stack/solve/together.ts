/**
 * Frameworks that one file asks for are installed into one environment, and that has one Python. So they are chosen together: under
 * the newest Python that all of them have something for.
 */
import { pythonShared } from '../../compat/rules/python-shared.ts';
import type { Judgement } from '../../compat/rules/judgement.ts';
import { PYTHON_RELEASES } from '../python-releases.ts';
import { choose, strandFits } from './choose.ts';
import { machineFits } from './judge-candidate.ts';
import type { Premises } from './premises.ts';
import { strandsOf, type Strand } from './strands.ts';
import type { Verdict } from './verdict.ts';

/** Strands of one environment; one that has its environment for itself is alone. */
export type Group = readonly Strand[];

export interface GroupVerdict {
  verdicts: readonly Verdict[];
  /** Those under which they were chosen: with the Python that they share, where they do. */
  premises: Premises;
}

export function groupsOf(strands: readonly Strand[]): Group[] {
  const groups = new Map<string | Strand, Strand[]>();
  for (const strand of strands) {
    const key = strand.framework?.wanted.environment ?? strand;
    groups.set(key, [...(groups.get(key) ?? []), strand]);
  }
  return [...groups.values()];
}

/** Whether nothing contradicts: neither the machine itself, nor what is wanted of it, nor the parts of one environment each other. */
export function fits(premises: Premises): boolean {
  return (
    machineFits(premises) && groupsOf(strandsOf(premises.wanted)).every((one) => groupFits(one, premises))
  );
}

function groupFits(group: Group, premises: Premises): boolean {
  if (!group.every((strand) => strandFits(strand, premises))) return false;
  return premisesFor(group, premises).some((shared) => group.every((strand) => strandFits(strand, shared)));
}

/** The best of each strand; of an environment that is known to fit before what is in doubt. Null where nothing fits together. */
export function chooseGroup(group: Group, premises: Premises): GroupVerdict | null {
  let doubtful: GroupVerdict | null = null;
  for (const shared of premisesFor(group, premises)) {
    const verdicts = group.flatMap((strand) => choose(strand, shared) ?? []);
    if (verdicts.length < group.length) continue;
    const found = { verdicts, premises: shared };
    if (!verdicts.some(({ isDoubtful }) => isDoubtful)) return found;
    doubtful ??= found;
  }
  return doubtful;
}

/** What the others of a group leave to one strand: the premises under which they fit, best first. */
export function premisesLeftTo(strand: Strand, group: Group, premises: Premises): Premises[] {
  const others = group.filter((one) => one !== strand);
  return premisesFor(group, premises).filter((shared) => others.every((one) => strandFits(one, shared)));
}

/** Why no Python is for all of them, where each fits by itself. */
export function noSharedPython(group: Group, premises: Premises): Judgement {
  const builds = group.flatMap((strand) => choose(strand, premises)?.candidate.build ?? []);
  return pythonShared(builds);
}

/** One that somebody named is everybody's already, and one strand may have any. */
function premisesFor(group: Group, premises: Premises): readonly Premises[] {
  if (group.length < 2 || premises.python !== null) return [premises];
  const from = {
    ...premises.from,
    python: `one Python for all of ${group[0]!.framework!.wanted.environment!}`,
  };
  return PYTHON_RELEASES.map((python) => ({ ...premises, python, from }));
}
