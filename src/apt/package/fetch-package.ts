/** One .deb into the cache, from the first of its addresses that has it. */
import { rename } from 'node:fs/promises';
import { GpuSetupError, systemCode } from '../../base/errors.ts';
import { cacheError } from '../../base/files/cache-folder.ts';
import { displayUrl } from '../../base/http/http-get.ts';
import { cacheFolder } from '../cache.ts';
import type { AptContext } from '../context.ts';
import { wayTo } from './addresses.ts';
import { cachedPackagePath, verifiedPackage } from './package-cache.ts';
import { claimPart } from './part-file.ts';
import { transfer, type Fetchable } from './transfer.ts';

/**
 * Path of the verified .deb. A file in the cache is checked again before it is used. How many run at once is for the
 * caller to decide. Throws `package-listed-but-missing` (404 everywhere), `package-differs-from-index` (with expected
 * and actual size and digest), `host-unreachable`, `transfer-interrupted`, `disk-full`; all with `details.sourceId`.
 *
 * @param addresses of `addressesOf`, tried in order
 */
export async function fetchPackage(
  wanted: Fetchable,
  addresses: readonly string[],
  context: AptContext,
): Promise<string> {
  const path = await cachedPackagePath(wanted.sha256, context);
  let running = inFlight.get(path);
  if (running === undefined) {
    running = fetchOnce(wanted, addresses, context, path).finally(() => inFlight.delete(path));
    inFlight.set(path, running);
  }
  return running;
}

/** One transfer per file in this process: two would write into the same part. */
const inFlight = new Map<string, Promise<string>>();

async function fetchOnce(
  wanted: Fetchable,
  addresses: readonly string[],
  context: AptContext,
  path: string,
): Promise<string> {
  const id = `fetch:${wanted.sha256}`;
  const title = `${wanted.name} ${wanted.version}`.trimEnd();
  context.emit({ type: 'start', id, title, total: wanted.size, unit: 'bytes' });
  try {
    if ((await verifiedPackage(wanted, context)) !== null) {
      context.emit({ type: 'progress', id, done: wanted.size });
      context.emit({ type: 'end', id, outcome: 'reused' });
      return path;
    }
    await intoCache(wanted, addresses, path, context, id);
    context.emit({ type: 'end', id, outcome: 'done' });
    return path;
  } catch (error) {
    context.emit({ type: 'end', id, outcome: 'failed' });
    throw error;
  }
}

/** Somebody may clean up the cache meanwhile (version 0.1, or by hand): then it is fetched once more. */
async function intoCache(
  wanted: Fetchable,
  addresses: readonly string[],
  path: string,
  context: AptContext,
  id: string,
): Promise<void> {
  for (let turn = 0; ; turn++) {
    const part = await claimPart(await cacheFolder(context, 'packages'), wanted.sha256);
    await fetchFromAny(wanted, addresses, part, context, id);
    try {
      return await rename(part, path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || turn > 0) throw cacheError(path, error);
    }
  }
}

async function fetchFromAny(
  wanted: Fetchable,
  addresses: readonly string[],
  part: string,
  context: AptContext,
  id: string,
): Promise<void> {
  const failures: { address: string; error: GpuSetupError }[] = [];
  for (const address of addresses) {
    try {
      await transfer(wanted, await wayTo(address, context), part, context, id);
      return;
    } catch (error) {
      context.signal?.throwIfAborted();
      if (!(error instanceof GpuSetupError) || LOCAL.has(error.code)) throw error;
      failures.push({ address, error });
    }
  }
  const chosen = failures.find(({ error }) => error.code === 'package-differs-from-index') ?? failures[0];
  if (chosen === undefined) throw new TypeError(`${wanted.name} has no address`);
  const { error } = chosen;
  throw new GpuSetupError(error.code, error.message, {
    hint: error.hint,
    retryable: error.retryable,
    cause: error.cause,
    details: {
      ...error.details,
      sourceId: wanted.sourceId,
      package: wanted.name,
      tried: failures.map((one) => ({
        uri: displayUrl(one.address),
        code: one.error.code,
        message: one.error.message,
      })),
    },
  });
}

/** Failures of this machine: another address does not help. */
const LOCAL = new Set<GpuSetupError['code']>(['disk-full', 'cache-unusable', 'cache-not-private']);
