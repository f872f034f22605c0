/** The kernel's messages, as far as GPUs, their modules and Secure Boot are concerned. */
import { ofNewestBoot } from '../../../formats/kernel-boots.ts';
import { mapAnswer, present, unknown, valueOf, type Answer } from '../../answer.ts';
import type { Machine } from '../../machine.ts';
import { linesOf, notLooked, outputsOf, readText, recordedOutputs } from '../recorded.ts';

const RELEVANT =
  /NVRM|nvidia|nouveau|\bS?Xid\b|\[10de:|\bBAR \d|AER: |PCIe Bus Error|DMAR: |AMD-Vi|vfio|PM: suspend exit|secure ?boot|locked down|lockdown|module verification failed|PKCS#7|unsigned module|key not available/i;

/** A driver that fails in a loop fills the buffer with the same lines: what began it, and what was said last. */
const MOST_FIRST = 200;
const MOST_LAST = 400;

const FILES = ['/var/log/dmesg', '/var/log/kern.log'] as const;

/** @param needed false: the machine has no GPU and no module of one, so no child process is spent on it */
export async function probeKernelLog(machine: Machine, needed: boolean): Promise<Answer<readonly string[]>> {
  const recorded = await fromRecording(machine);
  if (recorded !== undefined) return recorded;
  if (!needed) return notLooked('no NVIDIA device and no module of one', { kind: 'command', name: 'dmesg' });
  const dmesg = await outputsOf(machine, ['dmesg']);
  if (dmesg.state === 'present' && dmesg.value[0]!.result.exit === 0) {
    return present(relevantLines(dmesg.value[0]!.result.stdout), dmesg.from);
  }
  // dmesg_restrict keeps it from ordinary users; members of adm may read the journal.
  const journal = await outputsOf(machine, ['journalctl', '-k', '-b', '--no-pager', '-q', '-n', '5000']);
  const text = valueOf(journal)?.[0]?.result.stdout ?? '';
  if (text.trim() !== '') return present(relevantLines(text), journal.from);
  if (dmesg.state === 'unknown') return dmesg;
  return unknown('not-permitted', 'only root may read the kernel log', dmesg.from);
}

/** Undefined where nobody recorded the log. */
async function fromRecording(machine: Machine): Promise<Answer<readonly string[]> | undefined> {
  const outputs = recordedOutputs(machine, 'dmesg', 'journalctl').filter(
    ({ result }) => result.stdout.trim() !== '',
  );
  if (outputs.length > 0) {
    return present(
      relevantLines(
        outputs
          .reverse()
          .map(({ result }) => result.stdout)
          .join('\n'),
      ),
      outputs[0]!.from,
    );
  }
  // Files with the log of other days; what somebody recorded of them is of the day in question.
  for (const path of machine.isRecording ? FILES : []) {
    const file = await readText(machine, path);
    if (file.state === 'present') return mapAnswer(file, ({ text }) => relevantLines(text));
  }
  return undefined;
}

/** Of the newest boot alone: a log may hold several. */
export function relevantLines(text: string): string[] {
  const lines = ofNewestBoot(linesOf(text)).filter((line) => RELEVANT.test(line));
  return lines.length <= MOST_FIRST + MOST_LAST
    ? lines
    : [...lines.slice(0, MOST_FIRST), ...lines.slice(-MOST_LAST)];
}
