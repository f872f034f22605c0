/** One .deb into the cache, from the first of its addresses that has it; what one server began another goes on with. */
import { rename } from 'node:fs/promises';
import { GpuSetupError, systemCode } from '../../base/errors.ts';
import { cacheError } from '../../base/files/cache-folder.ts';
import { cacheFolder } from '../cache.ts';
import type { AptContext } from '../context.ts';
import { firstServing } from '../servers/first-serving.ts';
import { wayTo } from './addresses.ts';
import { cachedPackagePath, openCachedPackage } from './package-cache.ts';
import { closePart, openPart, type PartFile } from './part-file.ts';
import { rightFiles, transfer, type Fetchable, type Transferred } from './transfer.ts';
import type { VerifiedFile } from './verified-file.ts';
import type { PackageFile } from '../types.ts';

export interface FetchedPackage extends VerifiedFile {
  /** What the signed index says of these bytes: what was wanted, or one of its alternatives. */
  listed: PackageFile;
}

/**
 * The verified .deb, open: the caller closes it. A file in the cache is checked again before it is used. How many run at
 * once is for the caller to decide. Throws `package-listed-but-missing` (404 everywhere), `package-differs-from-index` (with expected
 * and actual size and digest), `host-unreachable`, `transfer-interrupted`, `disk-full`; all with `details.sourceId`.
 *
 * @param addresses of `addressesOf`, tried in order, those on servers that failed or were slow lately last
 */
export async function fetchPackage(
  wanted: Fetchable,
  addresses: readonly string[],
  context: AptContext,
): Promise<FetchedPackage> {
  const path = await cachedPackagePath(wanted.sha256, context);
  // Whoever waited finds it in the cache.
  for (let other = inFlight.get(path); other !== undefined; other = inFlight.get(path)) await other;
  const own = fetchOnce(wanted, addresses, context).finally(() => inFlight.delete(path));
  inFlight.set(path, own);
  return own;
}

/** One transfer per file in this process: two would write into the same part. */
const inFlight = new Map<string, Promise<unknown>>();

async function fetchOnce(
  wanted: Fetchable,
  addresses: readonly string[],
  context: AptContext,
): Promise<FetchedPackage> {
  const id = `fetch:${wanted.sha256}`;
  const title = `${wanted.name} ${wanted.version}`.trimEnd();
  context.emit({ type: 'start', id, title, total: wanted.size, unit: 'bytes' });
  try {
    for (const listed of rightFiles(wanted)) {
      const cached = await openCachedPackage(listed, context);
      if (cached === null) continue;
      context.emit({ type: 'progress', id, done: wanted.size });
      context.emit({ type: 'end', id, outcome: 'reused' });
      return { ...cached, listed };
    }
    const part = await openPart(await cacheFolder(context, 'packages'), wanted.sha256);
    try {
      const { listed, payload } = await fetchFromAny(wanted, addresses, part, context, id);
      const path = await cachedPackagePath(listed.sha256, context);
      await keep(part.path, path);
      context.emit({ type: 'end', id, outcome: 'done' });
      return { path, handle: part.handle, listed, payload };
    } catch (error) {
      await closePart(part);
      throw error;
    }
  } catch (error) {
    context.emit({ type: 'end', id, outcome: 'failed' });
    throw error;
  }
}

/** For the next time. Somebody may have emptied the cache meanwhile: this time the open file is enough. */
async function keep(part: string, path: string): Promise<void> {
  try {
    await rename(part, path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw cacheError(path, error);
  }
}

async function fetchFromAny(
  wanted: Fetchable,
  addresses: readonly string[],
  part: PartFile,
  context: AptContext,
  id: string,
): Promise<Transferred> {
  const ways = await Promise.all(
    addresses.map(async (address) => ({ address, ...(await wayTo(address, context)) })),
  );
  const found = await firstServing(ways, context, {
    locationOf: ({ location }) => location,
    attempt: (way, { brisk }) => transfer(wanted, { ...way, brisk }, part, context, id),
    stops: (error) => !(error instanceof GpuSetupError) || LOCAL.has(error.code),
  });
  if (found.served) return found.value;
  const failures = found.failures.map(({ place, error }) => ({
    address: place.address,
    error: error as GpuSetupError,
  }));
  const chosen = failures.find(({ error }) => error.code === 'package-differs-from-index') ?? failures[0];
  if (chosen === undefined) throw new TypeError(`${wanted.name} has no address`);
  const { error } = chosen;
  throw new GpuSetupError(error.code, error.message, {
    hint: error.hints,
    retryable: error.retryable,
    cause: error.cause,
    details: {
      ...error.details,
      sourceId: wanted.sourceId,
      package: wanted.name,
      tried: failures.map((one) => ({
        uri: one.address,
        code: one.error.code,
        message: one.error.message,
      })),
    },
  });
}

/** Failures of this machine: another address does not help. */
const LOCAL = new Set<GpuSetupError['code']>(['disk-full', 'cache-unusable', 'cache-not-private']);
