/**
 * What the tests ask of the doctor, as questions that are answered one by one: the fixtures of each diagnosis, the collected lines and
 * cases. Each is what a test of its own asserts (diagnoses.test.ts, log-lines.test.ts, collected-lines.test.ts, collected.test.ts).
 */
import fixtures from 'modules:test/doctor/fixtures:fixtures';
import { diagnose, readLog } from '../../../src/doctor/diagnose.ts';
import { RUN } from '../../support/facts.ts';
import { COLLECTED_CASES, scoreOf } from '../collected-cases.ts';
import type { LineFixtures, MachineFixtures } from '../fixture-kinds.ts';
import { ALL_COLLECTED, missOf } from '../witness/all-collected.ts';
import { lostOf, SAID } from '../witness/said.ts';

export interface Exam {
  name: string;
  /** What it is asked about, where that is a text. */
  text?: string;
  /** Whether the test that asks it would pass. */
  passes(): boolean;
}

function ofLines(code: string, { shows, neighbour, missing, severity = 'error' }: LineFixtures): Exam[] {
  const first = (line: string): boolean => {
    const found = readLog(line)[0];
    return found?.code === code && found.severity === severity;
  };
  const silent = (line: string): boolean => readLog(line).every((one) => one.code !== code);
  return [
    ...shows.map((line) => ({ name: `${code} is seen in: ${line}`, text: line, passes: () => first(line) })),
    ...[...neighbour, ...missing].map((line) => ({
      name: `${code} is not seen in: ${line}`,
      text: line,
      passes: () => silent(line),
    })),
  ];
}

function ofMachines(code: string, one: MachineFixtures): Exam[] {
  const severity = (facts: MachineFixtures['shows']): string | undefined =>
    diagnose(facts, one.question ?? RUN, 'test').diagnoses.find((found) => found.code === code)?.severity;
  return [
    { name: `${code}: machine`, passes: () => severity(one.shows) === (one.severity ?? 'error') },
    { name: `${code}: neighbour`, passes: () => severity(one.neighbour) === undefined },
    { name: `${code}: evidence missing`, passes: () => severity(one.missing) !== 'error' },
  ];
}

const ofFixtures: Exam[] = Object.entries(fixtures).flatMap(([path, { lines, machine }]) => {
  const code = path.split('/')[1]!;
  return [...(lines ? ofLines(code, lines) : []), ...(machine ? ofMachines(code, machine) : [])];
});

export const EXAMS: readonly Exam[] = [
  ...ofFixtures,
  ...ALL_COLLECTED.map((line) => ({
    name: line.source,
    text: line.text,
    passes: () => missOf(line) === null,
  })),
  ...COLLECTED_CASES.map((one) => ({ name: one.id, text: one.text, passes: () => scoreOf(one).first })),
  ...SAID.map((one) => ({ name: one.text, text: one.text, passes: () => lostOf(one).length === 0 })),
];
