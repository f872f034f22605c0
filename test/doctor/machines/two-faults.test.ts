/**
 * Two faults at once: both are found. Each pair of codes is put into one of the machines that can have both, another one for each
 * pair. Left out is what the doctor itself says cannot be told apart: one brings the other about, explains it away or excludes it, or
 * the row of the report that would show the other is blocked by the first.
 */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { DIAGNOSES } from '../../../src/doctor/registry.ts';
import type { DoctorResult, Question } from '../../../src/doctor/types.ts';
import { collectFacts } from '../../../src/machine/facts/collect.ts';
import { RUN } from '../../support/facts.ts';
import { faultsOn } from '../../support/machines/faults/all.ts';
import type { Fault } from '../../support/machines/faults/fault.ts';
import { HEALTHY } from '../../support/machines/healthy.ts';
import { machineOf, type Host } from '../../support/machines/host.ts';

const judged = async (host: Host, question: Question = RUN): Promise<DoctorResult> =>
  diagnose(await collectFacts(machineOf(host)), question, host.name);

const byCode = new Map(DIAGNOSES.map((one) => [one.code, one]));

/** Whether one brings the other about, directly or through others, explains it away or cannot be beside it. */
function relates(one: string, other: string, seen = new Set<string>()): boolean {
  const { causes = [], explainedBy = [], excludes = [] } = byCode.get(one)!;
  if ([...explainedBy, ...excludes, ...causes].some(({ code }) => code === other)) return true;
  seen.add(one);
  return causes.some(({ code }) => !seen.has(code) && relates(code, other, seen));
}

/** A card or a driver of their own: with two of them it would be a third machine. */
const changesDriver = (host: Host, { given, inject }: Fault): boolean => {
  const own = given?.(host) ?? host;
  return own.driven?.version !== host.driven?.version || inject(own).driven?.gpus !== host.driven?.gpus;
};

const mayMeet = (host: Host, one: Fault, other: Fault): boolean =>
  one.code !== other.code &&
  one.question === other.question &&
  ![...(one.also ?? []), ...(other.also ?? [])].some((code) => code === one.code || code === other.code) &&
  !relates(one.code, other.code) &&
  !relates(other.code, one.code) &&
  !(changesDriver(host, one) && changesDriver(host, other));

interface Pair {
  host: Host;
  one: Fault;
  other: Fault;
}

/** One fault per code and machine stands for the others of it. */
const firstOfEach = (host: Host): Fault[] =>
  faultsOn(host).filter(({ code }, at, all) => all.findIndex((fault) => fault.code === code) === at);

function pairs(): Pair[] {
  const byCodes = new Map<string, Pair[]>();
  for (const host of HEALTHY) {
    const faults = firstOfEach(host);
    faults.forEach((one, at) => {
      for (const other of faults.slice(at + 1)) {
        if (!mayMeet(host, one, other)) continue;
        const key = `${one.code} and ${other.code}`;
        byCodes.set(key, [...(byCodes.get(key) ?? []), { host, one, other }]);
      }
    });
  }
  return [...byCodes.values()].map((possible, at) => possible[at % possible.length]!);
}

const blockedBy = async ({ host, one }: Pair, code: string): Promise<boolean> => {
  const { checks } = await judged(one.inject(one.given?.(host) ?? host), one.question);
  return checks.some(({ id, status }) => status === 'blocked' && byCode.get(code)!.checks.includes(id));
};

const ALL = pairs();
const GROUPS = [...new Set(ALL.map(({ one }) => one.code))].map(
  (code) => [code, ALL.filter(({ one }) => one.code === code)] as const,
);

describe('two faults', () => {
  it.each(GROUPS)('%s beside each other one', async (_code, group) => {
    const missed: string[] = [];
    for (const pair of group) {
      const { host, one, other } = pair;
      const both = [one, other];
      const ready = both.reduce((own, { given }) => given?.(own) ?? own, host);
      const found = (await judged(other.inject(one.inject(ready)), one.question)).diagnoses.map(
        ({ code }) => code,
      );
      const gone = both.filter(({ code }) => !found.includes(code));
      if (gone.length === 0) continue;
      if (await blockedBy(pair, other.code)) continue;
      if (await blockedBy({ host, one: other, other: one }, one.code)) continue;
      missed.push(
        `${host.name}: ${one.code} + ${other.code}: without ${gone.map(({ code }) => code).join()}; ${found.join(' ')}`,
      );
    }
    expect(missed).toEqual([]);
  });
});
