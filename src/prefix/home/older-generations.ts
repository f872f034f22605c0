/** What earlier installs under a name left: generations that no prefix leads to, and who still uses them. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { listBuilds } from './build-list.ts';
import { generationsInUse, keptBuilds } from './garbage.ts';
import { usersOfGenerations, type GenerationUser } from './generation-users.ts';

export interface OlderGeneration {
  /** "cuda10-1" */
  name: string;
  path: string;
  /** Of the prefix that it was of: "cuda10". */
  prefix: string;
  /** Empty: `prune` deletes it. */
  usedBy: readonly GenerationUser[];
}

/** None where the prefixes cannot be looked into: which generations they lead to is not known then. */
export async function olderGenerations(home: string): Promise<OlderGeneration[]> {
  const folder = join(home, 'generations');
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^[^.].*-\d+$/.test(name)).sort();
  const inUse = await generationsInUse(home).catch((error: unknown) => {
    if (error instanceof GpuSetupError) return null;
    throw error;
  });
  if (inUse === null) return [];
  const older = names.filter((name) => !inUse.has(name));
  const users = await usersOfGenerations(home, older, await keptBuilds(await listBuilds(home)));
  return older.map((name) => ({
    name,
    path: join(folder, name),
    prefix: name.slice(0, name.lastIndexOf('-')),
    usedBy: users.get(name) ?? [],
  }));
}
