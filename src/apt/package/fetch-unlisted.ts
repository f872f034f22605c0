/**
 * What a server has in the place of a package, when that is not what was expected of it: to tell what became of the
 * package. Nothing here says that the bytes are right; whoever uses them has to know it from elsewhere.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { GpuSetupError } from '../../base/errors.ts';
import { cacheError } from '../../base/files/cache-folder.ts';
import { cacheFolder } from '../cache.ts';
import type { AptContext } from '../context.ts';
import { PackageHash } from '../deb/package-hash.ts';
import { get } from '../transport.ts';
import { wayTo } from './addresses.ts';
import type { FetchedPackage } from './fetch-package.ts';
import { closePart, openPart } from './part-file.ts';
import type { Fetchable } from './transfer.ts';

/** A package that was signed anew has a few kB more; one that is larger by more is another one. */
const MORE_BYTES = 1 << 20;

/**
 * The file at the first address that has one, open and without a name: it is gone when the caller closes it.
 *
 * @returns its size and digest as they are; null where no address has a file of about that size
 */
export async function fetchUnlisted(
  wanted: Fetchable,
  addresses: readonly string[],
  context: AptContext,
): Promise<FetchedPackage | null> {
  for (const address of addresses) {
    try {
      const found = await fetchOne(wanted, address, context);
      if (found !== null) return found;
    } catch (error) {
      context.signal?.throwIfAborted();
      if (!(error instanceof GpuSetupError)) throw error;
    }
  }
  return null;
}

async function fetchOne(
  wanted: Fetchable,
  address: string,
  context: AptContext,
): Promise<FetchedPackage | null> {
  const { location, host } = await wayTo(address, context);
  const key = createHash('sha256').update(`unlisted ${wanted.sha256}`).digest('hex');
  const part = await openPart(await cacheFolder(context, 'packages'), key);
  let size = 0;
  let isWhole = false;
  try {
    await part.handle.truncate(0);
    const response = await get(location, context, { host, fresh: true });
    if (response.status !== 200) {
      await response.cancel();
      return null;
    }
    const most = wanted.size + MORE_BYTES;
    const hash = new PackageHash();
    for await (const chunk of response.body) {
      if (size + chunk.length > most) return null;
      hash.update(chunk);
      await part.handle.write(chunk, 0, chunk.length, size);
      size += chunk.length;
    }
    const expected = response.header('content-length');
    if (expected !== null && Number(expected) !== size) return null;
    isWhole = true;
    return {
      path: part.path,
      handle: part.handle,
      listed: { path: wanted.path, size, sha256: hash.sha256() },
      payload: hash.payload(),
    };
  } catch (error) {
    if (error instanceof GpuSetupError) throw error;
    context.signal?.throwIfAborted();
    throw cacheError(part.path, error);
  } finally {
    if (isWhole) await rm(part.path, { force: true });
    else {
      await part.handle.truncate(0).catch(() => {});
      await closePart(part);
    }
  }
}
