/** A check is a row of the report, there whether something is wrong or not. */
import type { Facts } from '../../machine/facts.ts';
import type { Layer } from '../layers.ts';
import type { CheckId, Evidence, Question, Subject } from '../types.ts';

/** What the facts say about one check, before findings are laid over it. */
export interface Observation {
  subject: Subject;
  /** `bad`: it is not as it should be, and a diagnosis may say why. */
  status: 'ok' | 'bad' | 'unknown' | 'not-applicable';
  summary: string;
  evidence: readonly Evidence[];
}

export interface CheckRule {
  layer: Layer;
  /** Checks without which this one cannot be made. */
  needs?: readonly CheckId[];
  /**
   * At least one row, unless it is about what nobody asked for or named; pure. Without it the check has no facts of its own, and a row
   * only where a finding speaks of it.
   */
  observe?(facts: Facts, question: Question): readonly Observation[];
}

export const ok = (summary: string, ...evidence: Evidence[]): Observation => row('ok', summary, evidence);
export const bad = (summary: string, ...evidence: Evidence[]): Observation => row('bad', summary, evidence);
export const notKnown = (summary: string, ...evidence: Evidence[]): Observation =>
  row('unknown', summary, evidence);
export const notApplicable = (summary: string, ...evidence: Evidence[]): Observation =>
  row('not-applicable', summary, evidence);

function row(status: Observation['status'], summary: string, evidence: readonly Evidence[]): Observation {
  return { subject: 'machine', status, summary, evidence };
}
