/**
 * Names that hold the architecture of the machine that is mended. Where it is not known, the shell that runs the command
 * finds it out, or the usual one stands there with a note.
 */
import { ARCHITECTURES, architectureNamed, type Architecture } from '../../compat/architectures.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';

function architectureOf(facts: Facts | null): Architecture | null {
  const name = facts === null ? undefined : valueOf(facts.platform.architecture);
  return name === undefined ? null : architectureNamed(name);
}

/** Debian's metapackage of kernel headers: "linux-headers-amd64". */
export function debianHeaders(facts: Facts | null): string {
  return `linux-headers-${architectureOf(facts)?.debian ?? '$(dpkg --print-architecture)'}`;
}

/** "/usr/lib/x86_64-linux-gnu", for the shell. */
export function multiarchFolder(facts: Facts | null): string {
  return `/usr/lib/${architectureOf(facts)?.triplet ?? '$(uname -m)-linux-gnu'}`;
}

export interface RepositoryArchitecture {
  /** "x86_64", "sbsa" */
  folder: string;
  /** What to put there on other machines; null where the architecture is known. */
  note: string | null;
}

/** @param named a folder that a log or a source names: it is right whatever the machine is */
export function repositoryArchitecture(facts: Facts | null, named?: string): RepositoryArchitecture {
  const served = ARCHITECTURES.filter(({ nvidiaRepository }) => nvidiaRepository !== null);
  const known =
    served.find(({ nvidiaRepository }) => nvidiaRepository === named)?.nvidiaRepository ??
    architectureOf(facts)?.nvidiaRepository;
  if (known != null) return { folder: known, note: null };
  const [usual, ...others] = served;
  const folder = usual!.nvidiaRepository!;
  const note = others.map((one) => `${one.debian}: ${one.nvidiaRepository} in place of ${folder}`).join(', ');
  return { folder, note };
}
