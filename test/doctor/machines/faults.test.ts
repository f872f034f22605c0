/** Healthy machines, each broken in every way that makes sense on it: the cause that was put in comes first and is the only root. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { Question, ReportedDiagnosis } from '../../../src/doctor/types.ts';
import { collectFacts } from '../../../src/machine/facts/collect.ts';
import { RUN } from '../../support/facts.ts';
import { FAULTS, faultsOn } from '../../support/machines/faults/all.ts';
import type { Fault } from '../../support/machines/faults/fault.ts';
import { HEALTHY } from '../../support/machines/healthy.ts';
import { machineOf, type Host } from '../../support/machines/host.ts';
import { rootsOf } from '../../support/machines/roots.ts';

const SEVERITIES = ['error', 'warning', 'info'] as const;

async function foundOn(host: Host, question: Question = RUN): Promise<readonly ReportedDiagnosis[]> {
  return diagnose(await collectFacts(machineOf(host)), question, host.name).diagnoses;
}

const ofAtLeast = (found: readonly ReportedDiagnosis[], severity: ReportedDiagnosis['severity']) =>
  found.filter((one) => SEVERITIES.indexOf(one.severity) <= SEVERITIES.indexOf(severity));

const prepared = (host: Host, { given }: Fault): Host => given?.(host) ?? host;

const BROKEN = HEALTHY.flatMap((host) =>
  faultsOn(host).map((fault) => [`${host.name}: ${fault.code}, ${fault.how}`, host, fault] as const),
);

describe('one fault', () => {
  it.each(BROKEN.filter(([, , fault]) => fault.given ?? fault.question))(
    '%s: before it nothing is wrong',
    async (_name, host, fault) => {
      const found = await foundOn(prepared(host, fault), fault.question);
      expect(ofAtLeast(found, 'warning').map(({ code, summary }) => `${code}: ${summary}`)).toEqual([]);
    },
  );

  it.each(BROKEN)('%s', async (_name, host, fault) => {
    const { severity = 'error', also = [] } = fault;
    const found = await foundOn(fault.inject(prepared(host, fault)), fault.question);
    // What was so before, as information, is no finding of the fault's.
    const before = (await foundOn(prepared(host, fault), fault.question)).map(({ code }) => code);
    const grave = ofAtLeast(found, severity).filter(
      ({ code }) => code === fault.code || !before.includes(code),
    );
    expect({
      first: grave[0]?.code,
      roots: rootsOf(grave).filter((code) => !also.includes(code)),
      severity: grave[0]?.severity,
    }).toEqual({ first: fault.code, roots: [fault.code], severity });
  });

  it('of every kind is put into some machine', () => {
    const used = new Set(HEALTHY.flatMap((host) => faultsOn(host)));
    expect(FAULTS.filter((fault) => !used.has(fault)).map(({ code, how }) => `${code}, ${how}`)).toEqual([]);
  });
});
