/** The doctor: facts in, judgement out. Pure. */
import type { Facts } from '../machine/facts.ts';
import { judgeChecks } from './checks/judge-checks.ts';
import { fromFacts, fromText } from './engine/collect.ts';
import type { Found } from './engine/found.ts';
import { byCode, complete, merge, showContradictions } from './engine/merge.ts';
import { inDisplayOrder } from './engine/order.ts';
import { explainAway, findRoots, isCause, settleExclusions, type Roots } from './engine/relations.ts';
import { factsAsJson } from './facts-as-json.ts';
import { outlookOf } from './outlook.ts';
import { mayBeShown } from './purpose.ts';
import { settled } from './question/builds.ts';
import { DIAGNOSES } from './registry.ts';
import { linesOfLog, linesOfMachine, type LogText } from './text/lines.ts';
import type { DoctorResult, Question, ReportedDiagnosis } from './types.ts';
import { unknownMachine } from '../machine/unknown-machine.ts';
import { verdictOf } from './verdict.ts';

/**
 * @param machineTitle how people call the machine: "this machine", "laptop.json"
 */
export function diagnose(facts: Facts, asked: Question, machineTitle: string): DoctorResult {
  const question = settled(asked, facts);
  const { ordered, roots } = findAll(facts, question, linesOfMachine(facts), 'machine');
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
    facts: factsAsJson(facts),
  };
}

/** What a log says is wrong, without knowing the machine that it is from; empty where nothing is recognised. */
export function readLog(text: string): readonly ReportedDiagnosis[] {
  const facts = unknownMachine();
  const { ordered } = findAll(facts, { purpose: 'run', needs: null }, linesOfLog(text), 'log');
  return report(ordered, facts);
}

function findAll(
  facts: Facts,
  question: Question,
  text: LogText,
  textSubject: string,
): { ordered: Found[]; roots: Roots } {
  const applicable = DIAGNOSES.filter((one) => mayBeShown(one, question, facts));
  const seen = fromFacts(applicable, facts, question);
  const read = fromText(text, applicable, facts, seen, textSubject);
  const merged = merge([...seen, ...showContradictions(read, facts)]);
  const settled = explainAway(settleExclusions(merged, facts), facts);
  const all = complete(settled, textSubject === 'log' ? null : facts);
  const roots = findRoots(all, facts);
  return { ordered: inDisplayOrder(all, roots), roots };
}

function report(ordered: readonly Found[], facts: Facts): ReportedDiagnosis[] {
  return ordered.map((one) => ({
    code: one.diagnosis.code,
    layer: one.diagnosis.layer,
    subject: one.finding.subject,
    severity: one.finding.severity,
    confidence: one.finding.confidence,
    title: one.diagnosis.title,
    summary: one.finding.summary,
    evidence: one.finding.evidence,
    fix: one.finding.fix,
    next: one.finding.next ?? [],
    causes: [...new Set(ordered.filter((other) => isCause(one, other, facts)).map((o) => o.diagnosis.code))],
    explain: `gpu-setup explain ${one.diagnosis.code}`,
  }));
}
