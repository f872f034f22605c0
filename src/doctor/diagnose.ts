/** The doctor: facts and texts in, judgement out. Pure. */
import type { Facts } from '../machine/facts.ts';
import { unknownMachine } from '../machine/unknown-machine.ts';
import type { Found } from './engine/found.ts';
import { findAll, findOnMachine, judgeMachine, report } from './judge.ts';
import { settled } from './question/builds.ts';
import type { Sifted } from './text/sieve.ts';
import { earlierBoots, linesOfLog, linesOfMachine, type LogText } from './text/lines.ts';
import type { DoctorResult, Question, ReportedDiagnosis } from './types.ts';
import { computedTestimony } from './witness/computed.ts';
import { factsWith } from './witness/overlay.ts';
import { allLiterals, witness } from './witness/read.ts';
import type { Witness } from './witness/testimony.ts';

/**
 * @param machineTitle how people call the machine: "this machine", "laptop.json"
 */
export const diagnose = (facts: Facts, asked: Question, machineTitle: string): DoctorResult =>
  judgeMachine(facts, asked, machineTitle, heardOn(facts));

const heardOn = (facts: Facts): Witness =>
  witness(linesOfMachine(facts, allLiterals), computedTestimony(facts));

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
  const { ordered } = findAll(facts, RUN, { heard, facts, subject: 'log' });
  const found = ordered.length > 0 || lines.past.length === 0 ? ordered : beforeTheRestart(lines);
  return { diagnoses: report(found, facts), understood: heard };
}

/**
 * What the report of another program shows: its machine is judged as `diagnose` does.
 *
 * @param text the report itself, whose other lines are looked at where the machine shows no trouble; null: it is no text
 */
export function understandReport(facts: Facts, text: string | null): LogReading {
  const heard = heardOn(facts);
  const { ordered } = findOnMachine(facts, settled(RUN, facts), heard);
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
  const { ordered } = findAll(facts, RUN, { heard, facts, subject: 'log' });
  return ordered.map((one) => ({
    ...one,
    finding: {
      ...one.finding,
      severity: one.finding.severity === 'error' ? 'warning' : one.finding.severity,
      summary: `Before the last restart: ${one.finding.summary}`,
    },
  }));
}
