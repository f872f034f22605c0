/** Package files in the cache, by the digest in the signed index: `<cache>/apt/packages/<SHA-256>.deb`. */
import { constants, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../cache.ts';
import type { AptContext } from '../context.ts';
import type { IndexedPackage } from '../types.ts';
import { checkPackage, type VerifiedFile } from './verified-file.ts';

type Known = Pick<IndexedPackage, 'size' | 'sha256'>;

/** Where a package lies once it was fetched and found right. */
export async function cachedPackagePath(sha256: string, context: AptContext): Promise<string> {
  return join(await cacheFolder(context, 'packages'), `${sha256}.deb`);
}

/** SHA-256 of those of the packages that lie in the cache whole. Whether they are still right is seen when they are read. */
export async function packagesInCache(
  wanted: readonly Known[],
  context: AptContext,
): Promise<ReadonlySet<string>> {
  const folder = await cacheFolder(context, 'packages');
  const names = new Set(await readdir(folder));
  const found = new Set<string>();
  for (const { size, sha256 } of wanted) {
    if (!names.has(`${sha256}.deb`)) continue;
    if ((await stat(join(folder, `${sha256}.deb`)).catch(() => null))?.size === size) found.add(sha256);
  }
  return found;
}

/** A package in the cache that is what the index says, open, or null; one that is not is removed. The caller closes it. */
export async function openCachedPackage(wanted: Known, context: AptContext): Promise<VerifiedFile | null> {
  const path = await cachedPackagePath(wanted.sha256, context);
  // Not there, or not readable: it is fetched. A pipe of that name must not be waited for.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return null;
  let right: Pick<VerifiedFile, 'payload'> | null = null;
  try {
    right = await checkPackage(handle, wanted, context.signal);
    if (right === null) await rm(path, { force: true });
  } catch {
    context.signal?.throwIfAborted();
  } finally {
    if (right === null) await handle.close();
  }
  return right === null ? null : { path, handle, ...right };
}
