/** The folder of downloads: judged as the home is, private whatever the umask, and emptied where it stood open. */
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../errors.ts';
import type { Emit } from '../events.ts';
import { shellWord } from '../processes/shell-line.ts';
import {
  currentUser,
  exists,
  flawOnTheWay,
  makeFolder,
  writableByOthers,
  type Owner,
} from './folder-safety.ts';
import { removeTree } from './tree.ts';

export interface CacheUse {
  cache: string;
  emit: Emit;
}

/** What is read back from a cache and believed. */
const BELIEVED: ReadonlySet<string> = new Set(['apt', 'sources']);
/** The launcher's: it judges what it starts by owner and mode of the files themselves, and may be running from there. */
const LAUNCHERS: ReadonlySet<string> = new Set(['launcher', 'runtime']);

/**
 * A folder below the cache, made where it is missing. What lies there is read again later and trusted, so nobody else may
 * be able to write to it or to a folder above it.
 *
 * @throws GpuSetupError `cache-not-private`, `cache-unusable`
 */
export async function privateCacheFolder({ cache, emit }: CacheUse, below: string): Promise<string> {
  const folder = join(cache, below);
  return orUnusable(cache, async () => {
    await closeOpenCache({ cache, emit });
    // Before, so that nothing is made in a folder of others; and after, since others may have been faster.
    await judge(cache, cache);
    await makeFolder(folder, 0o700);
    await judge(cache, folder);
    return folder;
  });
}

/**
 * The folder where it is there and fit for use; null where there is none. Nothing is made, but what stood open is closed.
 *
 * @throws GpuSetupError `cache-not-private`, `cache-unusable`
 */
export async function existingCacheFolder({ cache, emit }: CacheUse, below: string): Promise<string | null> {
  const folder = join(cache, below);
  if (!(await exists(folder))) return null;
  return orUnusable(cache, async () => {
    await closeOpenCache({ cache, emit });
    if (!(await exists(folder))) return null;
    await judge(cache, folder);
    return folder;
  });
}

/**
 * Version 0.1 took the umask for the cache itself, so under umask 000 everybody could write to it: nothing in it can be
 * believed any more.
 */
async function closeOpenCache({ cache, emit }: CacheUse, user: Owner = currentUser()): Promise<void> {
  const found = await stat(cache).catch(() => null);
  if (found === null || !found.isDirectory() || found.uid !== user.uid) return;
  // A group is asked about by the judgement, which knows who is in it; version 0.1 never left a cache open to one alone.
  const isOpen = (found.mode & 0o002) !== 0 && writableByOthers(found, user, true) !== null;
  if (!isOpen || (await flawOnTheWay(dirname(await realpath(cache)), user)) !== null) return;
  const names = await readdir(cache);
  // A folder that holds anything else is no cache of ours: it is judged, and not touched.
  if (names.some((name) => !BELIEVED.has(name) && !LAUNCHERS.has(name))) return;
  await closeFolder(cache, user);
  for (const name of names.filter((one) => BELIEVED.has(one))) {
    await closeTree(join(cache, name), user);
    await removeTree(join(cache, name));
  }
  emit({
    type: 'notice',
    level: 'warning',
    text: `everybody could write to the cache ${cache}: it was emptied and made private`,
  });
}

/**
 * Takes all rights of others from a folder and those in it, the outer ones first and through their handles: from then on
 * nobody can put a link where a folder was, and what is deleted is what lies here.
 */
async function closeTree(path: string, user: Owner): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await closeFolder(path, user, constants.O_NOFOLLOW);
  for (const name of await readdir(path)) await closeTree(join(path, name), user);
}

async function closeFolder(path: string, user: Owner, flags = 0): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | flags);
  try {
    const { uid } = await handle.stat();
    if (uid !== user.uid) throw new Error(`${path} belongs to another user (uid ${uid})`);
    await handle.chmod(0o700);
  } finally {
    await handle.close();
  }
}

async function judge(cache: string, folder: string): Promise<void> {
  const flaw = await flawOnTheWay(folder);
  if (flaw === null) return;
  const { path, why, remedy } = flaw;
  // What others could write to before is not made right by a chmod.
  const first = path.startsWith(cache) && remedy !== null ? `rm -r ${shellWord(path)}` : remedy;
  throw new GpuSetupError('cache-not-private', `the cache ${cache} cannot be trusted: ${path} ${why}`, {
    hint: `${first === null ? '' : `${first}, or `}name a folder in GPU_SETUP_CACHE that only you can write to`,
    details: { folder: path },
  });
}

async function orUnusable<T>(cache: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw cacheError(cache, error);
  }
}

/** Whether a failure says that this user may read here and not write: a cache of an administrator's, a file system mounted so. */
export const isReadOnly = (error: unknown): boolean =>
  ['EROFS', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '');

/** A full disk and missing permissions in words; keeps GpuSetupErrors as they are. */
export function cacheError(path: string, error: unknown): GpuSetupError {
  if (error instanceof GpuSetupError) return error;
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new GpuSetupError('disk-full', `no space left for ${path}`, {
      hint: 'free some space, or name a cache on another disk in GPU_SETUP_CACHE',
      cause: error,
    });
  }
  return new GpuSetupError('cache-unusable', `cannot use ${path}: ${messageOf(error)}`, {
    hint:
      code === 'EIO'
        ? 'the disk under it fails (dmesg says more): name a cache on another one in GPU_SETUP_CACHE'
        : 'name a cache folder that can be written in GPU_SETUP_CACHE',
    cause: error,
  });
}
