/** The client's own part of the cache folder: what is written there appears whole or not at all. */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../base/errors.ts';
import {
  cacheError,
  existingCacheFolder,
  privateCacheFolder,
  type CacheUse,
} from '../base/files/cache-folder.ts';

export type CacheKind = 'keys' | 'releases' | 'indexes' | 'packages' | 'leases';

/** `<cache>/apt/<kind>`, made where missing. @throws GpuSetupError `cache-not-private`, `cache-unusable` */
export async function cacheFolder(use: CacheUse, kind: CacheKind): Promise<string> {
  return privateCacheFolder(use, join('apt', kind));
}

/** The same where it is there; null where there is none. */
export async function existingFolder(use: CacheUse, kind: CacheKind): Promise<string | null> {
  return existingCacheFolder(use, join('apt', kind));
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
