/** Takes prefixes and builds away: first the name, at once; then the files. What goes is found out first, as data. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emit } from '../../base/events.ts';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import type { Folders } from '../../base/folders.ts';
import { syncPath } from '../../base/files/sync-to-disk.ts';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { generationsOf } from './activate.ts';
import { listBuilds, recipeOfBuild } from './build-list.ts';
import { removeBuild } from './builds.ts';
import { readCurrent, resetCurrent } from './current.ts';
import { deleteWhole } from './delete-whole.ts';
import { freedBytes } from './freed-bytes.ts';
import { generationsInUse, unusedPackages } from './garbage.ts';
import { requireWritable } from './home-folder.ts';
import { lockHome, type HomeLock } from './home-lock.ts';
import { findInstalled, type BuildPlace } from './installed.ts';
import { prefixOfRoot, readPrefix, type PrefixPlace } from './prefixes.ts';

export type Doomed =
  | {
      kind: 'prefix';
      place: PrefixPlace;
      /** Null where its record is damaged. */
      info: PrefixInfo | null;
      generations: readonly string[];
      /** Names of builds that find their libraries in it. */
      usedBy: readonly string[];
    }
  | { kind: 'build'; place: BuildPlace };

export interface RemovalPlan {
  home: string;
  doomed: readonly Doomed[];
  /** On disk, of all of them together. */
  bytesFreed: number;
  /** That the store then holds for nobody: they come free with `prune`. */
  bytesInStore: number;
}

export interface Removed {
  kind: 'prefix' | 'build';
  name: string;
  path: string;
  /** Of a prefix. */
  generations: readonly string[];
  bytesFreed: number;
}

export interface ChangeOptions {
  emit: Emit;
  signal?: AbortSignal | undefined;
}

/**
 * Every name is looked up before anything goes.
 *
 * @throws GpuSetupError what `findInstalled` throws; `prefix-of-root`; `home-not-writable`
 */
export async function planRemoval(
  folders: Pick<Folders, 'home'>,
  words: readonly string[],
  systemHome?: string,
): Promise<RemovalPlan> {
  const doomed = new Map<string, Doomed>();
  for (const word of words) {
    const found = await findInstalled(folders, word, systemHome);
    if (found.kind === 'prefix' && !found.place.own) throw prefixOfRoot(found.place);
    doomed.set(found.place.path, found.kind === 'build' ? found : await doomedPrefix(found.place));
  }
  const { home } = folders;
  await requireWritable(home);
  return { home, doomed: [...doomed.values()], ...(await measured(home, [...doomed.values()])) };
}

async function doomedPrefix(place: PrefixPlace): Promise<Doomed> {
  const { home, name } = place;
  const info = await readPrefix(place).then(
    ({ prefix }) => prefix,
    (error: unknown) => {
      if (error instanceof GpuSetupError) return null;
      throw error;
    },
  );
  const { builds } = await listBuilds(home);
  const usedBy = builds.filter(({ record }) => record.prefix?.path === place.path);
  return {
    kind: 'prefix',
    place,
    info,
    generations: (await generationsOf(home, name)).sort(),
    usedBy: usedBy.map(({ record }) => record.name),
  };
}

async function measured(
  home: string,
  doomed: readonly Doomed[],
): Promise<Pick<RemovalPlan, 'bytesFreed' | 'bytesInStore'>> {
  const generations = doomed.flatMap((one) => (one.kind === 'prefix' ? one.generations : []));
  const paths = [
    ...generations.map((name) => join(home, 'generations', name)),
    ...doomed.flatMap(({ kind, place }) => (kind === 'build' ? [place.path] : [])),
  ];
  const bytesFreed = await freedBytes(...paths);
  const before = await generationsInUse(home);
  const after = new Set([...before].filter((name) => !generations.includes(name)));
  const alreadyUnused = new Set((await unusedPackages(home, before)).map(({ path }) => path));
  const entries = (await unusedPackages(home, after)).filter(({ path }) => !alreadyUnused.has(path));
  const together = await freedBytes(...paths, ...entries.map(({ path }) => path));
  return { bytesFreed, bytesInStore: together - bytesFreed };
}

/** @throws GpuSetupError `home-not-writable` */
export async function remove({ home, doomed }: RemovalPlan, options: ChangeOptions): Promise<Removed[]> {
  const names = doomed.map(({ place }) => place.name).join(', ');
  try {
    const lock = await lockHome(home, { what: `remove ${names}`, ...options });
    try {
      const removed: Removed[] = [];
      for (const one of doomed) {
        options.signal?.throwIfAborted();
        const removeIt =
          one.kind === 'prefix' ? removePrefix(one.place, lock) : removeOneBuild(one.place, lock);
        removed.push(await removeIt);
      }
      return removed;
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) throw error;
    throw new GpuSetupError('home-not-writable', `cannot remove ${names}: ${messageOf(error)}`, {
      hint: `it needs write access to ${home}`,
      cause: error,
    });
  }
}

async function removePrefix({ home, name, path }: PrefixPlace, lock: HomeLock): Promise<Removed> {
  await lock.confirm();
  await forgetCurrent(home, name, lock);
  await rm(path, { recursive: true, force: true });
  await syncPath(join(home, 'prefixes'));
  const generations = await generationsOf(home, name);
  let bytesFreed = 0;
  for (const generation of generations) {
    await lock.confirm();
    bytesFreed += await deleteWhole(join(home, 'generations'), generation);
  }
  return { kind: 'prefix', name, path, generations, bytesFreed };
}

/** What `use` chose goes with the prefix; whatever else lies in its place is none of this. */
async function forgetCurrent(home: string, name: string, lock: HomeLock): Promise<void> {
  const current = await readCurrent({ home }, home).catch(() => null);
  if (current?.name === name) await resetCurrent(home, lock);
}

async function removeOneBuild({ home, name, path }: BuildPlace, lock: HomeLock): Promise<Removed> {
  const bytesFreed = await removeBuild(home, recipeOfBuild(name), name, lock);
  return { kind: 'build', name, path, generations: [], bytesFreed };
}
