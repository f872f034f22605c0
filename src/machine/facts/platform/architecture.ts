/** For which architecture the programs and packages of a machine are. */
import { architectureNamed, architectureOfElf } from '../../../compat/architectures.ts';
import { present, unknown, valueOf, type Answer, type Origin } from '../../answer.ts';
import type { InstalledPackage, KernelFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { firstKnown, recordedOutputs } from '../recorded.ts';

/** Every Linux has it; a kernel may run programs of another architecture than its own. */
const SHELL = '/bin/sh';

export interface ArchitectureSources {
  kernel: Answer<KernelFacts>;
  packages: () => Promise<Answer<readonly InstalledPackage[]>>;
}

export async function probeArchitecture(
  machine: Machine,
  { kernel, packages }: ArchitectureSources,
): Promise<Answer<string>> {
  return firstKnown(
    () => fromShell(machine),
    () => fromPrinted(machine),
    () => named(valueOf(kernel)?.architecture, kernel.from),
    async () => fromPackages(await packages()),
  );
}

async function fromShell(machine: Machine): Promise<Answer<string>> {
  const elf = await machine.elf(SHELL);
  // An image without a shell has an architecture all the same.
  if (elf.state !== 'present') return elf.state === 'unknown' ? elf : notNamed(elf.from);
  const architecture = architectureOfElf(elf.value.machine);
  return architecture === null ? notNamed(elf.from) : present(architecture.machine, elf.from);
}

/** `dpkg --print-architecture`, `uname -m` and `uname -a`. */
function fromPrinted(machine: Machine): Answer<string> {
  for (const { line, result, from } of recordedOutputs(machine, 'dpkg', 'uname')) {
    if (line.program === 'dpkg' && !line.flags.has('--print-architecture')) continue;
    const word = result.stdout.split(/\s+/, 100).find((one) => architectureNamed(one) !== null);
    if (word !== undefined) return named(word, from);
  }
  return notNamed({ kind: 'command', name: 'uname -m' });
}

/** The first package that is for one architecture alone: on a machine of several, dpkg lists its own first. */
function fromPackages(packages: Answer<readonly InstalledPackage[]>): Answer<string> {
  const own = (valueOf(packages) ?? []).find(({ architecture }) => architectureNamed(architecture) !== null);
  return named(own?.architecture, packages.from);
}

function named(name: string | undefined, from: Origin): Answer<string> {
  const architecture = name === undefined ? null : architectureNamed(name);
  return architecture === null ? notNamed(from) : present(architecture.machine, from);
}

const notNamed = (from: Origin): Answer<string> => unknown('not-recorded', 'names no architecture', from);
