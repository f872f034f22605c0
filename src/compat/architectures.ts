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
}

/** The usual one first. */
export const ARCHITECTURES: readonly Architecture[] = table.architectures;

/** @param name by uname -m, or Debian's; null where the table lacks it */
export function architectureNamed(name: string): Architecture | null {
  return ARCHITECTURES.find(({ machine, debian }) => name === machine || name === debian) ?? null;
}

export function architectureOfElf(elf: number): Architecture | null {
  return ARCHITECTURES.find((one) => one.elf === elf) ?? null;
}
