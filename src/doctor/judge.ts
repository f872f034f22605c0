/** Facts and what a text testifies in, judgement out. Pure. */
import type { Facts } from '../machine/facts.ts';
import { judgeChecks } from './checks/judge-checks.ts';
import { fromFacts, fromText } from './engine/collect.ts';
import type { Found } from './engine/found.ts';
import { byCode, complete, merge, showContradictions } from './engine/merge.ts';
import { inDisplayOrder } from './engine/order.ts';
import { explainAway, findRoots, isCause, settleExclusions, type Roots } from './engine/relations.ts';
import { factsAsJson } from './facts-as-json.ts';
import { reportedStep } from './fix/typed.ts';
import { outlookOf } from './outlook.ts';
import { mayBeShown } from './purpose.ts';
import { settled } from './question/builds.ts';
import { DIAGNOSES } from './registry.ts';
import type { DoctorResult, Question, ReportedDiagnosis } from './types.ts';
import { verdictOf } from './verdict.ts';
import { factsWith } from './witness/overlay.ts';
import type { Witness } from './witness/testimony.ts';

/**
 * @param machineTitle how people call the machine: "this machine", "laptop.json"
 * @param heard what its recorded commands and logs testify
 */
export function judgeMachine(
  facts: Facts,
  asked: Question,
  machineTitle: string,
  heard: Witness,
): DoctorResult {
  const question = settled(asked, facts);
  const { ordered, roots } = findOnMachine(facts, question, heard);
  const checks = judgeChecks(facts, question, ordered, roots, byCode(DIAGNOSES));
  const severities = ordered.map(({ finding }) => finding.severity);
  return {
    schema: 'gpu-setup/doctor@1',
    verdict: verdictOf(severities, checks, question.purpose),
    purpose: question.purpose,
    machine: machineTitle,
    diagnoses: report(ordered, facts),
    checks,
    outlook: outlookOf(facts),
    // Most reports are read by people, who see none of it.
    get facts() {
      return factsAsJson(facts);
    },
  };
}

export function findOnMachine(
  facts: Facts,
  question: Question,
  heard: Witness,
): { ordered: Found[]; roots: Roots } {
  return findAll(facts, question, { heard, facts: factsWith(facts, heard), subject: 'machine' });
}

/** A text, and what is known where its words are judged. */
interface TextAsRead {
  heard: Witness;
  /** Those of the machine, filled up with what the text says of it. */
  facts: Facts;
  /** `machine` for recorded output, `log` for a log of an unknown machine. */
  subject: 'machine' | 'log';
}

export function findAll(
  facts: Facts,
  question: Question,
  text: TextAsRead,
): { ordered: Found[]; roots: Roots } {
  const applicable = DIAGNOSES.filter((one) => mayBeShown(one, question, facts));
  const judged = fromFacts(applicable, facts, question);
  const seen = text.subject === 'log' ? judged.map(asOfText) : judged;
  const read = fromText(text.heard, applicable, text.facts, seen, text.subject);
  const merged = merge([...seen, ...showContradictions(read, facts)]);
  const settled = explainAway(settleExclusions(merged, facts), facts);
  const all = complete(settled, text.facts);
  const roots = findRoots(all, facts);
  return { ordered: inDisplayOrder(all, roots), roots };
}

/** A version or a GPU that a text names does not make anything certain: nobody looked at the machine. */
function asOfText(one: Found): Found {
  const { finding } = one;
  const confidence = finding.confidence === 'certain' ? 'likely' : finding.confidence;
  return { ...one, finding: { ...finding, confidence, subject: 'log' } };
}

export function report(ordered: readonly Found[], facts: Facts): ReportedDiagnosis[] {
  return ordered.map((one) => ({
    code: one.diagnosis.code,
    layer: one.diagnosis.layer,
    subject: one.finding.subject,
    severity: one.finding.severity,
    confidence: one.finding.confidence,
    title: one.diagnosis.title,
    summary: one.finding.summary,
    evidence: one.finding.evidence,
    fix: one.finding.fix.map(reportedStep),
    next: one.finding.next ?? [],
    causes: [...new Set(ordered.filter((other) => isCause(one, other, facts)).map((o) => o.diagnosis.code))],
    explain: `gpu-setup explain ${one.diagnosis.code}`,
  }));
}
