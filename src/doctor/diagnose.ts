/** The doctor: facts in, judgement out. Pure. */
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
import type { Sifted } from './text/sieve.ts';
import { earlierBoots, linesOfLog, linesOfMachine, type LogText } from './text/lines.ts';
import type { DoctorResult, Question, ReportedDiagnosis } from './types.ts';
import { unknownMachine } from '../machine/unknown-machine.ts';
import { verdictOf } from './verdict.ts';
import { computedTestimony } from './witness/computed.ts';
import { factsWith } from './witness/overlay.ts';
import { allLiterals, witness } from './witness/read.ts';
import type { Witness } from './witness/testimony.ts';

/**
 * @param machineTitle how people call the machine: "this machine", "laptop.json"
 */
export function diagnose(facts: Facts, asked: Question, machineTitle: string): DoctorResult {
  const question = settled(asked, facts);
  const { ordered, roots } = findOnMachine(facts, question);
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

function findOnMachine(facts: Facts, question: Question): { ordered: Found[]; roots: Roots; heard: Witness } {
  const lines = linesOfMachine(facts, allLiterals);
  const heard = witness(lines, computedTestimony(facts));
  const text: TextAsRead = { lines, heard, facts: factsWith(facts, heard), subject: 'machine' };
  return { ...findAll(facts, question, text), heard };
}

/** A log of a machine of which nothing else is known. */
export interface LogReading {
  understood: Witness;
  /** What that comes to; empty where nothing is recognised. */
  diagnoses: readonly ReportedDiagnosis[];
}

/** What a log says is wrong, without knowing the machine that it is from; empty where nothing is recognised. */
export const readLog = (text: string): readonly ReportedDiagnosis[] => understandLog(text).diagnoses;

/**
 * The same, with what the log says at all.
 *
 * @param sifted what was kept of the begin of a log that is longer than the text
 */
export function understandLog(text: string, sifted: Sifted | null = null): LogReading {
  const lines = linesOfLog(text, sifted, allLiterals);
  const heard = witness(lines);
  const facts = factsWith(unknownMachine(), heard);
  const { ordered } = findAll(facts, RUN, { lines, heard, facts, subject: 'log' });
  const found = ordered.length > 0 || lines.past.length === 0 ? ordered : beforeTheRestart(lines);
  return { diagnoses: report(found, facts), understood: heard };
}

/**
 * What the report of another program shows: its machine is judged as `diagnose` does.
 *
 * @param text the report itself, whose other lines are looked at where the machine shows no trouble; null: it is no text
 */
export function understandReport(facts: Facts, text: string | null): LogReading {
  const { ordered, heard } = findOnMachine(facts, settled(RUN, facts));
  const isQuiet = ordered.every(({ finding }) => finding.severity === 'info');
  const other = isQuiet && text !== null ? understandLog(text).diagnoses : [];
  const shown = report(ordered, facts);
  const codes = new Set(shown.map(({ code }) => code));
  return { understood: heard, diagnoses: [...other.filter(({ code }) => !codes.has(code)), ...shown] };
}

const RUN: Question = { purpose: 'run', needs: null };

/** Where the newest boot is silent, what its reader looks for lies before it; it is no state of the machine any more. */
function beforeTheRestart(lines: LogText): Found[] {
  const past = earlierBoots(lines);
  const heard = witness(past);
  const facts = factsWith(unknownMachine(), heard);
  const { ordered } = findAll(facts, RUN, { lines: past, heard, facts, subject: 'log' });
  return ordered.map((one) => ({
    ...one,
    finding: {
      ...one.finding,
      severity: one.finding.severity === 'error' ? 'warning' : one.finding.severity,
      summary: `Before the last restart: ${one.finding.summary}`,
    },
  }));
}

/** A text, and what is known where its words are judged. */
interface TextAsRead {
  lines: LogText;
  heard: Witness;
  /** Those of the machine, filled up with what the text says of it. */
  facts: Facts;
  /** `machine` for recorded output, `log` for a log of an unknown machine. */
  subject: 'machine' | 'log';
}

function findAll(facts: Facts, question: Question, text: TextAsRead): { ordered: Found[]; roots: Roots } {
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
    fix: one.finding.fix.map(reportedStep),
    next: one.finding.next ?? [],
    causes: [...new Set(ordered.filter((other) => isCause(one, other, facts)).map((o) => o.diagnosis.code))],
    explain: `gpu-setup explain ${one.diagnosis.code}`,
  }));
}
