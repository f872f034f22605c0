/** The generations of one prefix, and which of them it is now. */
import { readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { generationsOf } from './activate.ts';

export interface Generation {
  /** "cuda10-3" */
  name: string;
  /** Whether it is what the prefix leads to. */
  current: boolean;
}

/** Oldest first. */
export async function generationsByAge(home: string, name: string): Promise<Generation[]> {
  const current = await readlink(join(home, 'prefixes', name)).then(basename, () => null);
  return (await generationsOf(home, name))
    .sort((a, b) => numberOf(a) - numberOf(b))
    .map((one) => ({ name: one, current: one === current }));
}

function numberOf(generation: string): number {
  return Number(generation.slice(generation.lastIndexOf('-') + 1));
}
