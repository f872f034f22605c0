/** Machines on which nothing is wrong, read by the doctor's own probes: it must not cry wolf. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import { collectFacts } from '../../../src/machine/facts/collect.ts';
import { RUN } from '../../support/facts.ts';
import { HEALTHY } from '../../support/machines/healthy.ts';
import { machineOf } from '../../support/machines/host.ts';

describe('a healthy machine', () => {
  it.each(HEALTHY.map((host) => [host.name, host] as const))('%s: nothing is wrong', async (_name, host) => {
    const { diagnoses, verdict, checks } = diagnose(await collectFacts(machineOf(host)), RUN, host.name);
    const unsure = checks
      .filter(({ status }) => status === 'unknown')
      .map(({ id, summary }) => `${id}: ${summary}`);
    expect({
      verdict,
      unsure,
      found: diagnoses
        .filter(({ severity }) => severity !== 'info')
        .map(({ code, summary }) => `${code}: ${summary}`),
    }).toEqual({
      verdict: 'ok',
      unsure: [],
      found: [],
    });
  });
});
