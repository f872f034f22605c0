/** The running kernel, the kernels that are installed, and whether modules can be built for the running one. */
import { architectureOfElf } from '../../../compat/architectures.ts';
import { absent, mapAnswer, present, unknown, valueOf, type Answer } from '../../answer.ts';
import type { KernelFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { firstKnown, recordedOutputs, readText } from '../recorded.ts';

export async function probeKernel(machine: Machine): Promise<Answer<KernelFacts>> {
  return firstKnown(
    () => fromProc(machine),
    () => fromVersionFile(machine),
    () => fromUname(machine),
  );
}

const PROC = { kind: 'file', name: '/proc/sys/kernel/osrelease' } as const;

async function fromProc(machine: Machine): Promise<Answer<KernelFacts>> {
  const release = await readText(machine, PROC.name, 4096);
  if (release.state !== 'present' || release.value.text.trim() === '') return noKernel(release);
  return present(
    { release: release.value.text.trim(), architecture: await architectureOf(machine) },
    release.from,
  );
}

/** Linux version 5.15.0-88-generic (buildd@lcy02) (gcc ...) #98-Ubuntu SMP ... */
async function fromVersionFile(machine: Machine): Promise<Answer<KernelFacts>> {
  const answer = await readText(machine, '/proc/version', 4096);
  const release =
    answer.state === 'present' ? /^Linux version (\S+)/.exec(answer.value.text)?.[1] : undefined;
  if (release === undefined) return noKernel(answer);
  return present({ release, architecture: await architectureOf(machine) }, answer.from);
}

/** There is always a kernel: a missing file only means that /proc is not there. */
function noKernel(answer: Answer<unknown>): Answer<KernelFacts> {
  return answer.state === 'unknown' ? answer : unknown('failed', 'does not name a kernel', answer.from);
}

function fromUname(machine: Machine): Answer<KernelFacts> {
  let best: Answer<KernelFacts> | undefined;
  for (const { text, from } of recordedOutputs(machine, 'uname')) {
    const kernel = parseUname(text);
    if (!kernel) continue;
    // `uname -r` names the release alone, `uname -a` the architecture too.
    if (kernel.architecture !== 'unknown') return present(kernel, from);
    best ??= present(kernel, from);
  }
  return best ?? unknown('not-recorded', 'does not name a kernel', { kind: 'command', name: 'uname' });
}

/**
 *     Linux host 3.13.0-116-generic #163-Ubuntu SMP Fri Mar 31 14:13:22 UTC 2017 x86_64 x86_64 x86_64 GNU/Linux
 *     5.10.38-gentoo-dist
 */
export function parseUname(text: string): KernelFacts | null {
  const line = text.slice(0, 4096).trim();
  const release =
    /(?:^|\s)(\d+\.\d+(?:\.\d+)?[-.+~\w]*)(?=\s|$)/.exec(line.replace(/^Linux\s+\S+\s+/, ''))?.[1] ?? null;
  if (release === null) return null;
  const architecture = /\b(x86_64|aarch64|ppc64le|armv[78]l|i[3-6]86)\b/.exec(line)?.[1];
  return { release, architecture: architecture ?? archOfRelease(release) };
}

/** "6.8.5-301.fc40.x86_64", "6.1.0-18-amd64" */
function archOfRelease(release: string): string {
  if (/[.-](?:x86_64|amd64)\b/.test(release)) return 'x86_64';
  if (/[.-](?:aarch64|arm64)\b/.test(release)) return 'aarch64';
  return 'unknown';
}

async function architectureOf(machine: Machine): Promise<string> {
  // Since Linux 6.1; before that the shell's own file says it without a child process.
  const file = await machine.readFile('/proc/sys/kernel/arch', 64);
  if (file.state === 'present' && file.value.text.trim() !== '') return file.value.text.trim();
  const shell = valueOf(await machine.elf('/bin/sh'));
  return (shell && architectureOfElf(shell.machine)?.machine) ?? 'unknown';
}

/** Kernel releases with a folder in /lib/modules. In a container the folder is usually absent: those are the host's. */
export async function probeKernelsInstalled(machine: Machine): Promise<Answer<readonly string[]>> {
  const answer = await machine.listDir('/lib/modules');
  if (answer.state === 'present' && !answer.value.complete) {
    return unknown('not-recorded', 'only a part of /lib/modules is recorded', answer.from);
  }
  return mapAnswer(answer, ({ entries }) => entries.filter((name) => /^\d/.test(name)));
}

export async function probeKernelHeaders(
  machine: Machine,
  kernel: Answer<KernelFacts>,
): Promise<Answer<boolean>> {
  if (kernel.state !== 'present')
    return unknown('not-applicable', 'the running kernel is not known', kernel.from);
  const build = joinPath(joinPath('/lib/modules', kernel.value.release), 'build');
  const answer = await machine.stat(build);
  if (answer.state === 'absent') return present(false, answer.from);
  return mapAnswer(answer, ({ type }) => type === 'dir');
}

/** The kernel's command line as words; absent where /proc is not there. */
export async function probeCommandLine(machine: Machine): Promise<Answer<readonly string[]>> {
  const answer = await readText(machine, '/proc/cmdline', 65_536);
  if (answer.state === 'present' && answer.value.text.trim() === '') return absent(answer.from);
  return mapAnswer(answer, ({ text }) => text.trim().split(/\s+/));
}
