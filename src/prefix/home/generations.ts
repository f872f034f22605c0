/** The generations of prefixes, and who still uses one that is not the prefix any more. */
import { readdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { generationsOf } from './activate.ts';
import type { InstalledBuild } from './build-list.ts';

export interface Generation {
  /** "cuda10-3" */
  name: string;
  /** Whether it is what the prefix leads to. */
  current: boolean;
}

/** What a prefix was before, or what it was rolled back from. */
export interface OtherGeneration {
  /** Name of the prefix. */
  prefix: string;
  generation: string;
  /** Names of the builds that were made against it. */
  builds: readonly string[];
}

/** Oldest first. */
export async function generationsByAge(home: string, name: string): Promise<Generation[]> {
  const current = await readlink(join(home, 'prefixes', name)).then(basename, () => null);
  return (await generationsOf(home, name))
    .sort((a, b) => numberOf(a) - numberOf(b))
    .map((one) => ({ name: one, current: one === current }));
}

/**
 * Every generation that its prefix does not lead to now, by name. What cannot be looked into is left out.
 *
 * @param builds of the home: they name the generation that they were made against
 */
export async function otherGenerations(
  home: string,
  builds: readonly Pick<InstalledBuild, 'record'>[],
): Promise<readonly OtherGeneration[]> {
  const linked = new Map<string, string>();
  for (const name of await readdir(join(home, 'prefixes')).catch(() => [])) {
    const target = await readlink(join(home, 'prefixes', name)).catch(() => null);
    if (target !== null) linked.set(name, basename(target));
  }
  const others: OtherGeneration[] = [];
  for (const generation of (await readdir(join(home, 'generations')).catch(() => [])).sort()) {
    const prefix = generation.replace(/-\d+$/, '');
    const now = linked.get(prefix);
    if (now === undefined || now === generation || generation === prefix) continue;
    const users = builds.filter(
      ({ record }) =>
        record.prefix?.generation === generation && record.prefix.path === join(home, 'prefixes', prefix),
    );
    others.push({ prefix, generation, builds: users.map(({ record }) => record.name) });
  }
  return others;
}

function numberOf(generation: string): number {
  return Number(generation.slice(generation.lastIndexOf('-') + 1));
}
