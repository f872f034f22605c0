/** Places where a GPU is reached in another way than on a desktop: healthy nothing is wrong, broken the cause comes first and is the only error. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/doctor/diagnose.ts';
import type { DoctorResult, FixStep } from '../../../src/doctor/types.ts';
import { collectFacts } from '../../../src/machine/facts/collect.ts';
import { recording } from '../../../src/machine/snapshot/record.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import { RUN } from '../../support/facts.ts';
import { environment as distributions } from '../../support/machines/environments/distributions.ts';
import { environment as docker } from '../../support/machines/environments/docker.ts';
import { environment as jetson } from '../../support/machines/environments/jetson.ts';
import { environment as kubernetes } from '../../support/machines/environments/kubernetes.ts';
import { environment as lxc } from '../../support/machines/environments/lxc.ts';
import { environment as slurm } from '../../support/machines/environments/slurm.ts';
import { environment as virtualMachine } from '../../support/machines/environments/virtual-machine.ts';
import { environment as wsl } from '../../support/machines/environments/wsl.ts';
import { machineOf } from '../../support/machines/host.ts';
import { rootsOf } from '../../support/machines/roots.ts';

const ENVIRONMENTS = [distributions, docker, jetson, wsl, lxc, kubernetes, slurm, virtualMachine];

const judged = async (machine: Machine): Promise<DoctorResult> =>
  diagnose(await collectFacts(machine), RUN, machine.title);

const codes = ({ diagnoses }: DoctorResult, ...severities: string[]): string[] =>
  diagnoses.filter(({ severity }) => severities.includes(severity)).map(({ code }) => code);

const typed = ({ title, argv, script }: FixStep): string => [title, script ?? argv?.join(' ')].join(': ');

describe.each(ENVIRONMENTS)('$name', ({ healthy, broken }) => {
  it.each(healthy)('$name is healthy', async (host) => {
    const result = await judged(machineOf(host));
    const unsure = result.checks.flatMap(({ id, status, summary }) =>
      status === 'unknown' ? [`${id}: ${summary}`] : [],
    );
    expect({ verdict: result.verdict, unsure, found: codes(result, 'error', 'warning') }).toEqual({
      verdict: 'ok',
      unsure: [],
      found: [],
    });
  });

  it.each(broken)('$how: $code', async ({ host, code, severity = 'error', fix, never }) => {
    const result = await judged(machineOf(host));
    // Of what is no more than worth knowing there may be more.
    const first =
      severity === 'info' ? result.diagnoses.find((one) => one.code === code) : result.diagnoses[0];
    expect([first?.code, first?.severity]).toEqual([code, severity]);
    if (severity !== 'info') {
      const errors = result.diagnoses.filter((one) => one.severity === 'error');
      expect(rootsOf(errors)).toEqual(severity === 'error' ? [code] : []);
    }
    expect(first!.fix.map(typed).join('\n')).toMatch(fix);
    const steps = result.diagnoses.flatMap((one) => one.fix.map(typed)).join('\n');
    if (never !== undefined) expect(steps).not.toMatch(never);
  });

  it.each(broken)('$how: a recording says the same', async ({ host }) => {
    const live = recording(machineOf(host), { names: { users: [], hosts: [] } });
    const before = await judged(live.machine);
    const after = await judged(snapshotMachine(live.snapshot(), host.name));
    expect(codes(after, 'error', 'warning', 'info')).toEqual(codes(before, 'error', 'warning', 'info'));
  });
});
