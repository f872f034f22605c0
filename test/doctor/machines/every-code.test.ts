/**
 * Every code that a machine's facts can show is put into every one of the healthy machines, or it is said why it cannot be.
 * Facts show a code where a judge asks them, or where it is heard in the kernel's log.
 */
import { describe, expect, it } from 'vitest';
import fixtures from 'modules:test/doctor/fixtures:fixtures';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { DIAGNOSES } from '../../../src/doctor/registry.ts';
import { isKernelLine } from '../../../src/formats/kernel-boots.ts';
import { relevantLines } from '../../../src/machine/facts/platform/kernel-log.ts';
import { is, laptop, RUN } from '../../support/facts.ts';
import { faultsOn } from '../../support/machines/faults/all.ts';
import { IMPOSSIBLE } from '../../support/machines/faults/impossible.ts';
import { HEALTHY } from '../../support/machines/healthy.ts';
import type { Host } from '../../support/machines/host.ts';
import { kindsOf } from '../../support/machines/kinds.ts';

/** Whether a line of its fixture, said by the kernel, gives it. */
function isHeardInKernelLog(code: string, path: string): boolean {
  const lines = (fixtures[path]?.lines?.shows ?? []).map((text) => text.split('\n'));
  return lines.some((message) => {
    const kept = message.every(isKernelLine) ? relevantLines(message.join('\n')) : [];
    const facts = laptop({ kernelDriver: { ...laptop().kernelDriver, kernelLog: is(kept) } });
    return kept.length > 0 && diagnose(facts, RUN, 'test').diagnoses.some((one) => one.code === code);
  });
}

/** Heard in what else the doctor asks by itself: the log of the module's build, an nvidia-smi that fails. */
const HEARD_FROM_PROGRAMS: readonly string[] = ['module-build-failed', 'container-cgroup-lost'];

const SHOWN_BY_FACTS = DIAGNOSES.filter(
  ({ code, layer, judge }) =>
    judge !== undefined || HEARD_FROM_PROGRAMS.includes(code) || isHeardInKernelLog(code, `${layer}/${code}`),
).map(({ code }) => code);

const reasonsFor = (code: string, host: Host): readonly string[] => {
  const kinds = kindsOf(host);
  return IMPOSSIBLE.filter(({ codes, on }) => codes.includes(code) && on(kinds)).map(
    ({ because }) => because,
  );
};

describe('every code that facts can show', () => {
  it.each(HEALTHY.map((host) => [host.name, host] as const))(
    '%s: is put in, or it is said why it cannot be',
    (_name, host) => {
      const injected = new Set(faultsOn(host).map(({ code }) => code));
      const open = SHOWN_BY_FACTS.filter(
        (code) => !injected.has(code) && reasonsFor(code, host).length === 0,
      );
      expect(open).toEqual([]);
    },
  );

  it('a reason stands only where nothing is put in', () => {
    const refuted = HEALTHY.flatMap((host) =>
      [...new Set(faultsOn(host).map(({ code }) => code))]
        .filter((code) => reasonsFor(code, host).length > 0)
        .map((code) => `${host.name}: ${code}`),
    );
    expect(refuted).toEqual([]);
  });

  it('a reason is for a code that there is, and for some machine', () => {
    const known = new Set(SHOWN_BY_FACTS);
    const needed = (code: string): boolean => HEALTHY.some((host) => reasonsFor(code, host).length > 0);
    const codes = IMPOSSIBLE.flatMap((one) => one.codes);
    expect(codes.filter((code) => !known.has(code) || !needed(code))).toEqual([]);
  });
});
