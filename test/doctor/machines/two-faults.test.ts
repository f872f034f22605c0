/**
 * Two faults at once: both are found. Each pair of codes is put into one of the machines that can have both, another one for each
 * pair, over layers. Left out are pairs of which one brings the other about, explains it away or excludes it, and those
 * in which one undoes what shows the other: it replaces the same file, or keeps nvidia-smi from telling it.
 */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { DIAGNOSES } from '../../../src/doctor/registry.ts';
import type { Question } from '../../../src/doctor/types.ts';
import { collectFacts } from '../../../src/machine/facts/collect.ts';
import { RUN } from '../../support/facts.ts';
import { faultsOn } from '../../support/machines/faults/all.ts';
import type { Fault } from '../../support/machines/faults/fault.ts';
import { isBehind } from '../../support/machines/faults/hidden.ts';
import { HEALTHY } from '../../support/machines/healthy.ts';
import { machineOf, type Host } from '../../support/machines/host.ts';
import { smiSays } from '../../support/machines/nvidia-smi.ts';

async function codesOn(host: Host, question: Question = RUN): Promise<string[]> {
  const { diagnoses } = diagnose(await collectFacts(machineOf(host)), question, host.name);
  return diagnoses.map(({ code }) => code);
}

const byCode = new Map(DIAGNOSES.map((one) => [one.code, one]));

/** Whether one brings the other about, directly or through others, explains it away or cannot be beside it. */
function relates(one: string, other: string, seen = new Set<string>()): boolean {
  const { causes = [], explainedBy = [], excludes = [] } = byCode.get(one)!;
  if ([...explainedBy, ...excludes, ...causes].some(({ code }) => code === other)) return true;
  seen.add(one);
  return causes.some(({ code }) => !seen.has(code) && relates(code, other, seen));
}

/** A card or a driver of their own: with another fault beside it, it would be a third machine. */
const changesDriver = (host: Host, { given, inject }: Fault): boolean => {
  const own = given?.(host) ?? host;
  return own.driven?.version !== host.driven?.version || inject(own).driven?.gpus !== host.driven?.gpus;
};

/** Each stands on a toolkit or an environment of its own. */
const needOther = (one: Fault, other: Fault): boolean =>
  one.given !== undefined && other.given !== undefined && one.given !== other.given;

const layerOf = ({ code }: Fault): string => byCode.get(code)!.layer;

const mayMeet = (host: Host, one: Fault, other: Fault): boolean =>
  layerOf(one) !== layerOf(other) &&
  one.question === other.question &&
  !needOther(one, other) &&
  ![...(one.also ?? []), ...(other.also ?? [])].some((code) => code === one.code || code === other.code) &&
  !relates(one.code, other.code) &&
  !relates(other.code, one.code) &&
  !isBehind(one.code, other.code) &&
  !isBehind(other.code, one.code) &&
  !changesDriver(host, one) &&
  !changesDriver(host, other);

/** What a fault changes, as far as it lies in files, links, variables and what programs say. */
function changesOf(before: Host, after: Host): (readonly [part: keyof Host, key: string, value: unknown])[] {
  const parts = ['files', 'links', 'nodes', 'libraries', 'env', 'commands', 'driven'] as const;
  return parts.flatMap((part) => {
    const [old, now] = [before[part] ?? {}, after[part] ?? {}] as Record<string, unknown>[];
    return [...new Set([...Object.keys(old!), ...Object.keys(now!)])]
      .filter((key) => old![key] !== now![key])
      .map((key) => [part, key, now![key]] as const);
  });
}

/** Whether changes are still so: another one may replace the same file, or what the kernel says. */
function survive(ready: Host, changed: Host, final: Host): boolean {
  return changesOf(ready, changed).every(([part, key, value]) => {
    const now = (final[part] as Record<string, unknown> | null)?.[key];
    if (key === 'dmesg')
      return textOf(now).includes(textOf(value).slice(textOf(ready.commands['dmesg']).length));
    return now === value || JSON.stringify(now) === JSON.stringify(value);
  });
}

/** A fault, or what it needs before it, is taken back by the other one. */
const isUndone = (host: Host, ready: Host, { given, inject }: Fault, final: Host): boolean =>
  !survive(ready, inject(ready), final) || (given !== undefined && !givenStays(host, given(host), final));

/** Of what was given, the toolkit itself: its variables are what faults are about. */
const givenStays = (host: Host, own: Host, final: Host): boolean =>
  (['files', 'libraries'] as const).every((part) =>
    Object.keys(own[part]).every((path) => path in host[part] || path in final[part]),
  );

const textOf = (said: unknown): string => (said as { stdout: string } | undefined)?.stdout ?? '';

/** Whether the driver alone tells of it, and nvidia-smi, which asks it, does not get that far. */
function isHidden(ready: Host, fault: Fault, final: Host): boolean {
  const changes = changesOf(ready, fault.inject(ready));
  const toldByDriver = changes.every(([part, key]) => part === 'driven' || key === 'nvidia-smi');
  return toldByDriver && (final.commands['nvidia-smi'] ?? smiSays(final, ['nvidia-smi']))?.exit !== 0;
}

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

const ALL = pairs();
const GROUPS = [...new Set(ALL.map(({ one }) => one.code))].map(
  (code) => [code, ALL.filter(({ one }) => one.code === code)] as const,
);

describe('two faults', () => {
  it.each(GROUPS)('%s beside each other one', async (_code, group) => {
    const missed: string[] = [];
    for (const { host, one, other } of group) {
      const both = [one, other];
      const ready = both.reduce((own, { given }) => given?.(own) ?? own, host);
      const final = other.inject(one.inject(ready));
      if (both.some((fault) => isUndone(host, ready, fault, final) || isHidden(ready, fault, final)))
        continue;
      const found = await codesOn(final, one.question);
      const gone = both.filter(({ code }) => !found.includes(code)).map(({ code }) => code);
      if (gone.length > 0)
        missed.push(`${host.name}: ${one.code}, ${other.code}: ${gone.join()} not in ${found.join(' ')}`);
    }
    expect(missed).toEqual([]);
  });
});
