/** Takes a prefix away: first its name, at once; then the files. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emit } from '../../base/events.ts';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { generationsOf } from './activate.ts';
import { syncPath } from '../../base/files/sync-to-disk.ts';
import { lockHome } from './home-lock.ts';
import type { PrefixPlace } from './prefixes.ts';
import { bytesFreedBy, removeTree } from '../../base/files/tree.ts';

export interface Removal {
  name: string;
  path: string;
  generations: readonly string[];
  /** On disk; files that the store still holds come free with `prune`. */
  bytesFreed: number;
}

export interface ChangeOptions {
  emit: Emit;
  signal?: AbortSignal | undefined;
}

/** Begins the name of a generation that is being deleted: half of one must not look like a whole one. */
export const DOOMED = '.removed-';

/** @throws GpuSetupError `home-not-writable` */
export async function removePrefix(place: PrefixPlace, options: ChangeOptions): Promise<Removal> {
  const { home, name, path } = place;
  try {
    const lock = await lockHome(home, { what: `remove ${name}`, ...options });
    try {
      await lock.confirm();
      await rm(path, { recursive: true, force: true });
      await syncPath(join(home, 'prefixes'));
      const generations = await generationsOf(home, name);
      let bytesFreed = 0;
      for (const generation of generations) {
        await lock.confirm();
        bytesFreed += await deleteGeneration(home, generation);
      }
      return { name, path, generations, bytesFreed };
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) throw error;
    throw new GpuSetupError('home-not-writable', `cannot remove ${path}: ${messageOf(error)}`, {
      hint: `it needs write access to ${home}`,
      cause: error,
    });
  }
}

/** @returns bytes that came free */
export async function deleteGeneration(home: string, generation: string): Promise<number> {
  const doomed = join(home, 'generations', `${DOOMED}${generation}`);
  await removeTree(doomed);
  await rename(join(home, 'generations', generation), doomed);
  const bytes = await bytesFreedBy(doomed);
  await removeTree(doomed);
  return bytes;
}
