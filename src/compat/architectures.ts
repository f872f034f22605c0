/** The names of one architecture. Data: data/architectures.json. */
import table from './data/architectures.json' with { type: 'json' };

export interface Architecture {
  /** As `uname -m` names it, and the facts: "x86_64", "aarch64". */
  machine: string;
  /** "amd64", "arm64" */
  debian: string;
  /** Folder in NVIDIA's repositories: "x86_64", "sbsa"; null: none. */
  nvidiaRepository: string | null;
  /** Multiarch folder: "x86_64-linux-gnu". */
  triplet: string;
  /** e_machine */
  elf: number;
  /** Where its programs look for the dynamic loader of the C library: part of its ABI. */
  loader: string;
}

/** The usual one first. */
export const ARCHITECTURES: readonly Architecture[] = table.architectures;

/** @param name by uname -m, or Debian's; null where the table lacks it */
export function architectureNamed(name: string): Architecture | null {
  return ARCHITECTURES.find(({ machine, debian }) => name === machine || name === debian) ?? null;
}

/** As people call it: by uname -m, Debian, or the folder in NVIDIA's repositories; null where the table lacks it. */
export function architectureCalled(name: string): Architecture | null {
  return (
    architectureNamed(name) ?? ARCHITECTURES.find(({ nvidiaRepository }) => name === nvidiaRepository) ?? null
  );
}

export function architectureOfElf(elf: number): Architecture | null {
  return ARCHITECTURES.find((one) => one.elf === elf) ?? null;
}
