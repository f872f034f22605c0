/**
 * What fits together on a machine, and where nothing does, why and what would. Pure: the same question has the same answer.
 */
import type { KnownFact } from '../../compat/rules/judgement.ts';
import type {
  PlanAlternative,
  PlanConflict,
  PlanMachine,
  PlanReason,
  PlanRequest,
  PlanStack,
} from '../types.ts';
import { alternativesOf } from './alternatives.ts';
import { besides } from './besides.ts';
import { strandFits } from './choose.ts';
import { smallestConflict, type Conflict } from './conflict.ts';
import { premisesOf, type Premises } from './premises.ts';
import { distinctReasons, reasonsOf } from './reasons.ts';
import type { Solution } from './solution.ts';
import { inOneEnvironment, stackOf, underOneDriver } from './stack-of.ts';
import { strandsOf, type Strand } from './strands.ts';
import { chooseGroup, groupsOf, premisesLeftTo, type Group, type GroupVerdict } from './together.ts';

export function solve(request: PlanRequest, machine: PlanMachine): Solution {
  const premises = premisesOf(request, machine);
  const strands = strandsOf(request.wanted);
  const failed = strands.filter((strand) => !strandFits(strand, premises));
  if (failed.length > 0) return refusal(failed.map(alone), premises, machine);
  const answers = groupsOf(strands).map((group) => ({ group, chosen: chooseGroup(group, premises) }));
  const apart = answers.flatMap(({ group, chosen }) => (chosen === null ? [group] : []));
  if (apart.length > 0) return refusal(apart, premises, machine);
  const all = answers.flatMap(({ group, chosen }) => (chosen === null ? [] : [{ group, ...chosen }]));
  return all.length === 0 ? nothingToPlan() : answer(all, premises, machine);
}

const alone = (strand: Strand): Group => [strand];

function answer(
  chosen: readonly (GroupVerdict & { group: Group })[],
  premises: Premises,
  machine: PlanMachine,
): Solution {
  const [stack, ...further] = underOneDriver(chosen.flatMap(stacksOf));
  const said = chosen.flatMap(({ verdicts, premises: shared }) =>
    verdicts.map((verdict) => reasonsOf(verdict, shared)),
  );
  const verdicts = chosen.flatMap((one) => one.verdicts);
  const reasons = distinctReasons(said.flatMap((one) => one.reasons));
  const remarks = distinctReasons([
    ...said.flatMap((one) => one.remarks),
    ...besides([stack!, ...further], premises, machine),
  ]);
  return {
    feasible: verdicts.some(({ fit }) => fit === 'unknown') ? 'unknown' : 'yes',
    confidence: isSeen([...reasons, ...remarks]) ? 'certain' : 'likely',
    stack: stack!,
    further,
    reasons,
    remarks,
    conflicts: [],
    alternatives: [],
  };
}

function stacksOf({ group, verdicts, premises }: GroupVerdict & { group: Group }): PlanStack[] {
  const stacks = verdicts.map((verdict, at) => stackOf(verdict, group[at]!, premises));
  return group.length < 2 ? stacks : inOneEnvironment(stacks, group[0]!.framework!.wanted.environment!);
}

/** Only what was seen refuses anything: so a refusal is certain. */
function refusal(failed: readonly Group[], premises: Premises, machine: PlanMachine): Solution {
  const conflicts = failed.map((group) =>
    smallestConflict({ ...premises, wanted: [...new Set(group.flatMap(wantedBy))] }),
  );
  return {
    feasible: 'no',
    confidence: 'certain',
    stack: null,
    further: [],
    reasons: [],
    remarks: [],
    conflicts: distinctConflicts(conflicts),
    alternatives: failed.flatMap((group) =>
      group.length === 1
        ? alternativesOf(group[0]!, premises, machine)
        : alternativesTogether(group, premises, machine),
    ),
  };
}

function nothingToPlan(): Solution {
  return {
    feasible: 'unknown',
    confidence: 'likely',
    stack: null,
    further: [],
    reasons: [],
    remarks: [{ text: 'nothing was asked for that a table knows', rule: 'asked-for', facts: [] }],
    conflicts: [],
    alternatives: [],
  };
}

/** Another version of one of them, that has something for a Python of the others. */
function alternativesTogether(group: Group, premises: Premises, machine: PlanMachine): PlanAlternative[] {
  return group.flatMap((strand) => {
    for (const left of premisesLeftTo(strand, group, premises)) {
      const others = alternativesOf(strand, left, machine).filter(({ change }) => change === 'framework');
      if (others.length > 0) return others;
    }
    return [];
  });
}

const wantedBy = ({ framework, parts }: Strand): Premises['wanted'] =>
  framework === null ? parts : [framework.wanted, ...parts];

/** A GPU and a driver that do not go together stand against every framework alike. */
function distinctConflicts(conflicts: readonly Conflict[]): PlanConflict[] {
  const byPremises = new Map(conflicts.map((one) => [one.premises.join('\n'), one]));
  return [...byPremises.values()].map(({ text, rule, facts }) => ({ text, rule, facts }));
}

function isSeen(reasons: readonly PlanReason[]): boolean {
  return reasons.every(({ facts }) => facts.every(({ confidence }: KnownFact) => confidence === 'seen'));
}
