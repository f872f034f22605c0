/**
 * What fits together on a machine, and where nothing does, why and what would. Pure: the same question has the same answer.
 */
import type { KnownFact } from '../../compat/rules/judgement.ts';
import type { PlanConflict, PlanMachine, PlanReason, PlanRequest } from '../types.ts';
import { alternativesOf } from './alternatives.ts';
import { besides } from './besides.ts';
import { choose } from './choose.ts';
import { smallestConflict, type Conflict } from './conflict.ts';
import { premisesOf, type Premises } from './premises.ts';
import { distinctReasons, reasonsOf } from './reasons.ts';
import type { Solution } from './solution.ts';
import { stackOf, underOneDriver } from './stack-of.ts';
import { strandsOf, type Strand } from './strands.ts';
import type { Verdict } from './verdict.ts';

export function solve(request: PlanRequest, machine: PlanMachine): Solution {
  const premises = premisesOf(request, machine);
  const strands = strandsOf(request.wanted);
  const answers = strands.map((strand) => ({ strand, verdict: choose(strand, premises) }));
  const failed = answers.flatMap(({ strand, verdict }) => (verdict === null ? [strand] : []));
  if (failed.length > 0) return refusal(failed, premises, machine);
  const chosen = answers.flatMap(({ strand, verdict }) => (verdict === null ? [] : [{ strand, verdict }]));
  return chosen.length === 0 ? nothingToPlan() : answer(chosen, premises, machine);
}

function answer(
  chosen: readonly { strand: Strand; verdict: Verdict }[],
  premises: Premises,
  machine: PlanMachine,
): Solution {
  const [stack, ...further] = underOneDriver(
    chosen.map(({ strand, verdict }) => stackOf(verdict, strand, premises)),
  );
  const said = chosen.map(({ verdict }) => reasonsOf(verdict, premises));
  const reasons = distinctReasons(said.flatMap((one) => one.reasons));
  const remarks = distinctReasons([
    ...said.flatMap((one) => one.remarks),
    ...besides([stack!, ...further], premises, machine),
  ]);
  return {
    feasible: chosen.some(({ verdict }) => verdict.fit === 'unknown') ? 'unknown' : 'yes',
    confidence: isSeen([...reasons, ...remarks]) ? 'certain' : 'likely',
    stack: stack!,
    further,
    reasons,
    remarks,
    conflicts: [],
    alternatives: [],
  };
}

/** Only what was seen refuses anything: so a refusal is certain. */
function refusal(failed: readonly Strand[], premises: Premises, machine: PlanMachine): Solution {
  const conflicts = failed.map((strand) => smallestConflict({ ...premises, wanted: wantedBy(strand) }));
  return {
    feasible: 'no',
    confidence: 'certain',
    stack: null,
    further: [],
    reasons: [],
    remarks: [],
    conflicts: distinctConflicts(conflicts),
    alternatives: failed.flatMap((strand) => alternativesOf(strand, premises, machine)),
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
