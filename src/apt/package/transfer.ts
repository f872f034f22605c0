/** One package file from one URL into a part file, continued where it was cut, checked against its digest. */
import { GpuSetupError } from '../../base/errors.ts';
import { cacheError } from '../../base/files/cache-folder.ts';
import type { Location } from '../../base/http/location.ts';
import { pause, retrying } from '../../base/retry.ts';
import { retryDelay, type AptContext } from '../context.ts';
import { PackageHash, type PayloadDigest } from '../deb/package-hash.ts';
import type { HostApt } from '../host/configuration.ts';
import { get, patience } from '../transport.ts';
import type { IndexedPackage, PackageFile } from '../types.ts';
import type { PartFile } from './part-file.ts';
import { hashThrough } from './verified-file.ts';

export type Fetchable = Pick<IndexedPackage, 'name' | 'version' | 'path' | 'size' | 'sha256' | 'sourceId'> & {
  /** Bytes that are as right. */
  alternatives?: readonly PackageFile[];
};

/** Which of the files that are right has come, and what was found of its payload on the way. */
export interface Transferred {
  listed: PackageFile;
  payload: PayloadDigest | null;
}

/** All that the signed index takes for right, what is wanted first. */
export function rightFiles({ path, size, sha256, alternatives = [] }: Fetchable): readonly PackageFile[] {
  return [{ path, size, sha256 }, ...alternatives];
}

/** Of progress events: often enough for an eye, seldom enough for a log. */
const PROGRESS_MS = 100;

/**
 * From one URL: cut transfers are continued; wrong bytes are asked for once more, past every cache on the way.
 *
 * @param id of the progress events
 */
export async function transfer(
  wanted: Fetchable,
  { location, host, brisk = false }: { location: Location; host: HostApt | undefined; brisk?: boolean },
  part: PartFile,
  context: AptContext,
  id: string,
): Promise<Transferred> {
  let validator: string | undefined;
  for (let look = 0; ; look++) {
    try {
      return await retrying(
        async () => {
          const started = await startTransfer(wanted, location, part, context, {
            host,
            brisk,
            fresh: look > 0,
            ifRange: validator,
          });
          validator = started.validator;
          return started.run(id);
        },
        { attempts: brisk ? 2 : 5, ...patience(context, brisk) },
      );
    } catch (error) {
      if (!(error instanceof GpuSetupError) || error.code !== 'package-differs-from-index') throw error;
      await part.handle.truncate(0);
      validator = undefined;
      if (look > 0) throw error;
      await pause(retryDelay(context), context.signal);
    }
  }
}

interface TransferOptions {
  host: HostApt | undefined;
  brisk: boolean;
  fresh: boolean;
  ifRange: string | undefined;
}

async function startTransfer(
  wanted: Fetchable,
  location: Location,
  part: PartFile,
  context: AptContext,
  options: TransferOptions,
): Promise<{ validator: string | undefined; run(id: string): Promise<Transferred> }> {
  const longest = Math.max(...rightFiles(wanted).map(({ size }) => size));
  const already = await hashedPart(part, longest, context.signal);
  const there = fitting(already.hash, already.length, wanted);
  if (there !== null || already.length === longest) {
    // Complete, but not renamed: cut between the last byte and the rename.
    return {
      validator: options.ifRange,
      run: async () => there ?? finish(part, already.hash, already.length, wanted, location),
    };
  }
  const response = await get(location, context, { ...options, from: already.length });
  const { status } = response;
  if (status === 404 || status === 403 || status === 410) {
    await response.cancel();
    throw new GpuSetupError(
      'package-listed-but-missing',
      `the signed index lists ${wanted.path}, but ${location} answers ${status}`,
      {
        hint: 'the server is in the middle of an update: try again later, or use another source',
        details: { status },
      },
    );
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.header('content-range') ?? '');
  const continues = status === 206 && Number(range?.[1]) === already.length;
  if (status === 416 || (status === 206 && !continues)) {
    await response.cancel();
    await part.handle.truncate(0);
    throw new GpuSetupError('transfer-interrupted', `${location} cannot continue at byte ${already.length}`, {
      retryable: true,
    });
  }
  const total = continues ? range?.[2] : response.header('content-length');
  const announced = total === null || total === undefined || total === '*' ? null : Number(total);
  if (announced !== null && !rightFiles(wanted).some(({ size }) => size === announced)) {
    await response.cancel();
    throw differs(wanted, location, `${announced} bytes`, { size: announced });
  }
  const etag = response.header('etag');
  const validator =
    etag !== null && !etag.startsWith('W/') ? etag : (response.header('last-modified') ?? undefined);
  return {
    validator,
    run: async (id) => {
      const start = continues ? already.length : 0;
      const hash = continues ? already.hash : new PackageHash();
      const size = announced ?? longest;
      let end: number;
      try {
        end = await receive(response.body, { part, start, hash, wanted, size, location, context, id });
      } catch (error) {
        // A body of which nothing was read does not end by itself, and would keep its place among the connections.
        await response.cancel();
        throw error;
      }
      const right = announced === null ? fitting(hash, end, wanted) : null;
      if (right !== null) return right;
      if (end < size) {
        throw new GpuSetupError('transfer-interrupted', `${location} ended after ${end} of ${size} bytes`, {
          hint: 'run the same command again: what was fetched is kept',
          retryable: true,
        });
      }
      return finish(part, hash, end, wanted, location);
    },
  };
}

/** Writes what comes, never more than `size`; gives the length of the file then. */
async function receive(
  body: AsyncIterable<Uint8Array>,
  to: {
    part: PartFile;
    start: number;
    hash: PackageHash;
    wanted: Fetchable;
    size: number;
    location: Location;
    context: AptContext;
    id: string;
  },
): Promise<number> {
  const {
    part: { path, handle: file },
    hash,
    wanted,
    size,
    location,
    context,
    id,
  } = to;
  let at = to.start;
  let told = 0;
  try {
    if (at === 0) await file.truncate(0);
    for await (const chunk of body) {
      if (at + chunk.length > size) throw differs(wanted, location, `more than ${size} bytes`, {});
      hash.update(chunk);
      for (let done = 0; done < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at + done);
        done += bytesWritten;
      }
      at += chunk.length;
      const now = Date.now();
      if (now - told >= PROGRESS_MS || at === size) {
        told = now;
        context.emit({ type: 'progress', id, done: at });
      }
    }
    await file.datasync();
    return at;
  } catch (error) {
    context.signal?.throwIfAborted();
    throw cacheError(path, error);
  }
}

/** Which of the right files the bytes so far are, if any. */
function fitting(hash: PackageHash, length: number, wanted: Fetchable): Transferred | null {
  const candidates = rightFiles(wanted).filter(({ size }) => size === length);
  if (candidates.length === 0) return null;
  const actual = hash.sha256();
  const listed = candidates.find(({ sha256 }) => sha256 === actual);
  return listed === undefined ? null : { listed, payload: hash.payload() };
}

async function finish(
  part: PartFile,
  hash: PackageHash,
  length: number,
  wanted: Fetchable,
  location: Location,
): Promise<Transferred> {
  const right = fitting(hash, length, wanted);
  if (right !== null) return right;
  const actual = hash.sha256();
  await part.handle.truncate(0);
  throw differs(wanted, location, `${length} bytes ${actual}`, { size: length, sha256: actual });
}

/** What is there already, and its digest so far; a part that is too long, or no file, is worthless. */
async function hashedPart(
  { path, handle }: PartFile,
  size: number,
  signal: AbortSignal | undefined,
): Promise<{ length: number; hash: PackageHash }> {
  try {
    if ((await handle.stat()).size > size) await handle.truncate(0);
    const hash = new PackageHash();
    return { length: await hashThrough(handle, hash, signal), hash };
  } catch (error) {
    signal?.throwIfAborted();
    throw cacheError(path, error);
  }
}

function differs(
  wanted: Fetchable,
  location: Location,
  got: string,
  actual: { size?: number; sha256?: string },
): GpuSetupError {
  const right = rightFiles(wanted).map(({ size, sha256 }) => ({ size, sha256 }));
  const expected = right.map(({ size, sha256 }) => `${size} bytes ${sha256}`).join(' or ');
  return new GpuSetupError(
    'package-differs-from-index',
    `${location} is not what the signed index says: expected ${expected}, got ${got}`,
    {
      hint: 'the server is in the middle of an update, or something on the way changed the file: try again later, or use another source',
      details: { expected: right[0], ...(right.length > 1 ? { alsoRight: right.slice(1) } : {}), actual },
    },
  );
}
