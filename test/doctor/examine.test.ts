/** The doctor without the families of texts judges as it does with them, and has them where there is a text. */
import { expect, it } from 'vitest';
import { diagnose } from '../../src/doctor/diagnose.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { Question } from '../../src/doctor/types.ts';
import { absent, present } from '../../src/machine/answer.ts';
import type { Facts } from '../../src/machine/facts.ts';
import { unknownMachine } from '../../src/machine/unknown-machine.ts';

const QUESTION: Question = { purpose: 'run', needs: null };
const DMESG = { kind: 'command', name: 'dmesg' } as const;
const FALLEN = 'NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.';

const silent: Facts = { ...unknownMachine(), gpus: absent({ kind: 'dir', name: '/sys/bus/pci/devices' }) };
const machines: Record<string, Facts> = {
  silent,
  'with a kernel log': {
    ...silent,
    kernelDriver: { ...silent.kernelDriver, kernelLog: present([FALLEN], DMESG) },
  },
  'with the log of a build': {
    ...silent,
    kernelDriver: { ...silent.kernelDriver, buildLog: present([FALLEN], DMESG) },
  },
  'with a recorded command': {
    ...silent,
    transcripts: [
      { argv: ['dmesg'], exit: 0, stdout: FALLEN, stderr: '', outcome: 'exited', truncated: false },
    ],
  },
};

it.each(Object.keys(machines))('judges a machine %s as all of it together does', async (name) => {
  const facts = machines[name]!;
  const judged = await examine(facts, QUESTION, name);
  expect(judged).toEqual(diagnose(facts, QUESTION, name));
  expect(judged.diagnoses.some(({ code }) => code === 'gpu-fell-off-bus')).toBe(name !== 'silent');
});
