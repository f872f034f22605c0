/** One .deb into the cache: continued where it was cut, checked against the digest in the signed index. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { displayUrl } from '../../base/http.ts';
import { cacheFolder } from '../cache.ts';
import type { AptContext } from '../context.ts';
import { hostOf, urisOf } from '../index/open-index.ts';
import { claimPart } from './part-file.ts';
import { fetchFrom } from './resume-fetch.ts';
import { urlBelow } from '../transport.ts';
import type { IndexedPackage, Source } from '../types.ts';

export type Fetchable = Pick<IndexedPackage, 'name' | 'version' | 'path' | 'size' | 'sha256' | 'suite'>;

/** Where a package lies in the cache once it was fetched and found right. */
export async function cachedPackagePath(sha256: string, context: AptContext): Promise<string> {
  return join(await cacheFolder(context.cache, 'packages'), `${sha256}.deb`);
}

/**
 * Path of the verified .deb. A file in the cache is checked again before it is used. How many run at once is for the
 * caller to decide. Throws `package-listed-but-missing` (404 everywhere), `package-differs-from-index` (with expected
 * and actual size and digest), `host-unreachable`, `transfer-interrupted`, `disk-full`; all with `details.sourceId`.
 */
export async function fetchPackage(wanted: Fetchable, source: Source, context: AptContext): Promise<string> {
  const path = await cachedPackagePath(wanted.sha256, context);
  let running = inFlight.get(path);
  if (running === undefined) {
    running = fetchOnce(wanted, source, context, path).finally(() => inFlight.delete(path));
    inFlight.set(path, running);
  }
  return running;
}

/** One transfer per file in this process: two would write into the same part. */
const inFlight = new Map<string, Promise<string>>();

async function fetchOnce(
  wanted: Fetchable,
  source: Source,
  context: AptContext,
  path: string,
): Promise<string> {
  const id = `fetch:${wanted.sha256}`;
  const title = `${wanted.name} ${wanted.version}`.trimEnd();
  context.emit({ type: 'start', id, title, total: wanted.size, unit: 'bytes' });
  try {
    if (await isRight(path, wanted)) {
      context.emit({ type: 'progress', id, done: wanted.size });
      context.emit({ type: 'end', id, outcome: 'reused' });
      return path;
    }
    const part = await claimPart(await cacheFolder(context.cache, 'packages'), wanted.sha256);
    await fetchFromAny(wanted, source, part, context, id);
    await rename(part, path);
    context.emit({ type: 'end', id, outcome: 'done' });
    return path;
  } catch (error) {
    context.emit({ type: 'end', id, outcome: 'failed' });
    throw error;
  }
}

async function isRight(path: string, { size, sha256 }: Fetchable): Promise<boolean> {
  try {
    if ((await stat(path)).size !== size) return false;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    return hash.digest('hex') === sha256;
  } catch {
    return false;
  }
}

async function fetchFromAny(
  wanted: Fetchable,
  source: Source,
  part: string,
  context: AptContext,
  id: string,
): Promise<void> {
  const host = await hostOf(source, context);
  const failures: { uri: string; error: GpuSetupError }[] = [];
  for (const uri of await urisOf(source, wanted.suite, context)) {
    try {
      await fetchFrom(wanted, urlBelow(uri, wanted.path), part, context, host, id);
      return;
    } catch (error) {
      context.signal?.throwIfAborted();
      if (!(error instanceof GpuSetupError) || LOCAL.has(error.code)) throw error;
      failures.push({ uri, error });
    }
  }
  const chosen = failures.find(({ error }) => error.code === 'package-differs-from-index') ?? failures[0];
  if (chosen === undefined) throw new TypeError(`source ${source.id} has no URIs`);
  const { error } = chosen;
  throw new GpuSetupError(error.code, error.message, {
    hint: error.hint,
    retryable: error.retryable,
    cause: error.cause,
    details: {
      ...error.details,
      sourceId: source.id,
      package: wanted.name,
      tried: failures.map((one) => ({
        uri: displayUrl(one.uri),
        code: one.error.code,
        message: one.error.message,
      })),
    },
  });
}

/** Failures of this machine: another URI does not help. */
const LOCAL = new Set<GpuSetupError['code']>(['disk-full', 'cache-unusable', 'cache-not-private']);
