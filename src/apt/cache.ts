/** The client's own part of the cache folder: what is written there appears whole or not at all. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../base/errors.ts';

export type CacheKind = 'keys' | 'releases' | 'indexes' | 'packages';

/** `<cache>/apt/<kind>`, whether it is there or not. */
export function cachePath(cache: string, kind: CacheKind): string {
  return join(cache, 'apt', kind);
}

/**
 * `<cache>/apt/<kind>`, made where missing. Verified indexes are read back from here, so a folder that others may
 * write is refused (`cache-not-private`).
 */
export async function cacheFolder(cache: string, kind: CacheKind): Promise<string> {
  const folder = cachePath(cache, kind);
  const own = dirname(folder);
  try {
    await mkdir(cache, { recursive: true });
    await mkdir(own, { recursive: true, mode: 0o700 });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cacheError(folder, error);
  }
  for (const path of [own, folder]) {
    const { uid, mode } = await lstat(path);
    const isDirectory = (mode & 0o170000) === 0o040000;
    if (!isDirectory || uid !== process.getuid?.() || (mode & 0o022) !== 0) {
      throw new GpuSetupError('cache-not-private', `${path} is not a folder that only this user can write`, {
        hint: `remove ${path}, or name another cache in GPU_SETUP_CACHE`,
      });
    }
  }
  return folder;
}

/** The bytes, or undefined where the file is not there. */
export async function readCached(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw cacheError(path, error);
  }
}

/** Writes beside, syncs, renames. */
export async function writeCached(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const beside = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw cacheError(path, error);
  }
}

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
    hint: 'name a cache folder that can be written in GPU_SETUP_CACHE',
    cause: error,
  });
}
