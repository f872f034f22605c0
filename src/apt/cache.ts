/** The client's own part of the cache folder: what is written there appears whole or not at all. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/errors.ts';
import {
  cacheError,
  existingCacheFolder,
  isReadOnly,
  privateCacheFolder,
  type CacheUse,
} from '../base/files/cache-folder.ts';
import { replaceFile } from '../base/files/replace-file.ts';

export type CacheKind = 'keys' | 'releases' | 'indexes' | 'packages' | 'leases' | 'servers' | 'bundles';

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

/** Where this user may not write, nothing is kept: what lies in a cache of somebody else's is good to read all the same. */
export async function writeCached(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  try {
    await replaceFile(path, pieces, 0o600);
  } catch (error) {
    if (!isReadOnly(error)) throw cacheError(path, error);
  }
}
