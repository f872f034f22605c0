/** Healthy machines, each broken in every way that makes sense on it: the cause that was put in comes first and is the only root. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { ReportedDiagnosis } from '../../../src/doctor/types.ts';
import { collectFacts } from '../../../src/machine/facts/collect.ts';
import { RUN } from '../../support/facts.ts';
import { FAULTS, faultsOn } from '../../support/machines/faults.ts';
import { HEALTHY } from '../../support/machines/healthy.ts';
import { machineOf, type Host } from '../../support/machines/host.ts';

async function errorsOf(host: Host, graver = ['error']): Promise<readonly ReportedDiagnosis[]> {
  const { diagnoses } = diagnose(await collectFacts(machineOf(host)), RUN, host.name);
  return diagnoses.filter(({ severity }) => graver.includes(severity));
}

/** Errors that none of the others explains. */
const rootsOf = (errors: readonly ReportedDiagnosis[]): string[] => [
  ...new Set(
    errors
      .filter(({ code }) => !errors.some((other) => other.code !== code && other.causes.includes(code)))
      .map(({ code }) => code),
  ),
];

const BROKEN = HEALTHY.flatMap((host) =>
  faultsOn(host).map((fault) => [`${host.name}: ${fault.code}, ${fault.how}`, host, fault] as const),
);

describe('one fault', () => {
  it.each(BROKEN)('%s', async (_name, host, fault) => {
    const errors = await errorsOf(fault.inject(host), [fault.severity ?? 'error']);
    const roots = rootsOf(errors).filter((code) => !(fault.also ?? []).includes(code));
    expect({ first: errors[0]?.code, roots }).toEqual({
      first: fault.code,
      roots: [fault.code],
    });
  });

  it('of every kind is put into some machine', () => {
    const used = new Set(HEALTHY.flatMap((host) => faultsOn(host)));
    expect(FAULTS.filter((fault) => !used.has(fault)).map(({ code, how }) => `${code}, ${how}`)).toEqual([]);
  });
});

/** Every fault beside every one that has nothing to do with the driver: a third of them, the same in each run. */
const PAIRS = HEALTHY.flatMap((host) =>
  faultsOn(host).flatMap((one) =>
    faultsOn(host)
      .filter((other) => other.besidesAll && other.code !== one.code)
      .map(
        (other) =>
          [`${host.name}: ${one.code}, ${one.how}; ${other.code}, ${other.how}`, host, one, other] as const,
      ),
  ),
).filter((_pair, index) => index % 3 === 0);

describe('two faults', () => {
  it.each(PAIRS)('%s', async (_name, host, one, other) => {
    const found = await errorsOf(other.inject(one.inject(host)), ['error', 'warning']);
    expect(found.map(({ code }) => code)).toEqual(expect.arrayContaining([one.code, other.code]));
  });
});
