/** Package files in the cache, by the digest in the signed index: `<cache>/apt/packages/<SHA-256>.deb`. */
import { access, constants, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { isReadOnly } from '../../base/files/cache-folder.ts';
import { cacheFolder } from '../cache.ts';
import type { AptContext } from '../context.ts';
import type { IndexedPackage } from '../types.ts';
import { checkPackage, type VerifiedFile } from './verified-file.ts';

type Known = Pick<IndexedPackage, 'size' | 'sha256'>;

/** Where a package lies once it was fetched and found right. */
export async function cachedPackagePath(sha256: string, context: AptContext): Promise<string> {
  return join(await cacheFolder(context, 'packages'), `${sha256}.deb`);
}

/**
 * SHA-256 of those of the packages that lie in the cache whole and may be read. Whether they are still right is seen when they
 * are read.
 */
export async function packagesInCache(
  wanted: readonly Known[],
  context: AptContext,
): Promise<ReadonlySet<string>> {
  const folder = await cacheFolder(context, 'packages');
  const names = new Set(await readdir(folder));
  const found = new Set<string>();
  for (const { size, sha256 } of wanted) {
    if (!names.has(`${sha256}.deb`)) continue;
    const path = join(folder, `${sha256}.deb`);
    const isWhole = (await stat(path).catch(() => null))?.size === size;
    if (isWhole && (await access(path, constants.R_OK).then(yes, no))) found.add(sha256);
  }
  return found;
}

const yes = (): boolean => true;
const no = (): boolean => false;

/**
 * A package in the cache that is what the index says, open, or null; one that is not, or that the disk does not give
 * any more, is removed: as long as it is there, a plan takes it for one that need not be fetched. The caller closes it.
 *
 * @throws GpuSetupError `cache-unusable`: it is worth nothing, and may not be removed
 */
export async function openCachedPackage(wanted: Known, context: AptContext): Promise<VerifiedFile | null> {
  const path = await cachedPackagePath(wanted.sha256, context);
  // Not there, or not readable: it is fetched. A pipe of that name must not be waited for.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return null;
  let right: Pick<VerifiedFile, 'payload'> | null = null;
  let failure: unknown;
  try {
    right = await checkPackage(handle, wanted, context.signal);
  } catch (error) {
    context.signal?.throwIfAborted();
    failure = error;
  } finally {
    if (right === null) await handle.close();
  }
  if (right !== null) return { path, handle, ...right };
  await remove(path, failure);
  return null;
}

async function remove(path: string, failure: unknown): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (cause) {
    if (!isReadOnly(cause)) return;
    const why =
      failure === undefined ? 'is not what its name says' : `cannot be read (${messageOf(failure)})`;
    throw new GpuSetupError('cache-unusable', `${path} ${why}, and may not be removed`, {
      hint: 'name a cache of your own in GPU_SETUP_CACHE',
      cause,
    });
  }
}
