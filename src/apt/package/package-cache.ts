/** Package files in the cache, by the digest in the signed index: `<cache>/apt/packages/<SHA-256>.deb`. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../base/files/tree.ts';
import { cacheFolder } from '../cache.ts';
import type { AptContext } from '../context.ts';
import type { IndexedPackage } from '../types.ts';

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

/** Path of a package in the cache that is what the index says, or null; one that is not is removed. */
export async function verifiedPackage(wanted: Known, context: AptContext): Promise<string | null> {
  const path = await cachedPackagePath(wanted.sha256, context);
  try {
    if ((await stat(path)).size === wanted.size && (await digestOf(path)) === wanted.sha256) return path;
    await rm(path, { force: true });
  } catch {
    // Not there, or not readable: it is fetched.
  }
  return null;
}
