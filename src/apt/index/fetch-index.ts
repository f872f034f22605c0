/** Packages files: found in a verified Release, checked against it, cut down and kept. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import type { CacheUse } from '../../base/files/cache-folder.ts';
import { cacheFolder, readCached, writeCached } from '../cache.ts';
import type { AptContext } from '../context.ts';
import { isNotItsFault } from '../../formats/archive/bad-archive.ts';
import { decode } from '../../formats/archive/decoders.ts';
import type { OpenedRelease } from '../trust/open-release.ts';
import { MAX_COMPRESSED, MAX_PLAIN, variantsOf, type Variant } from './index-files.ts';
import { PackagesText } from './packages-text.ts';
import { PackagesTextBuilder } from './packages-text-builder.ts';
import { getBytes, type GetOptions } from '../transport.ts';
import type { Source } from '../types.ts';

type ReadOptions = Pick<GetOptions, 'host' | 'fresh' | 'brisk'>;

/**
 * One index, from the cache where its digest is the one in Release. Throws `component-missing` where Release does not
 * list it, and `index-out-of-step` (retryable) where what the server has differs from what Release says.
 */
export async function fetchIndex(
  source: Source,
  opened: OpenedRelease,
  path: string,
  context: AptContext,
  options: ReadOptions = {},
): Promise<PackagesText> {
  const variants = variantsOf(opened, path);
  if (variants.length === 0) throw componentMissing(source, opened, path);
  const cached = await cachedIndex(variants, context);
  if (cached !== null) return cached;
  const { variant, bytes } = await downloadFirst(source, opened, variants, context, options);
  return readIndex(`${source.id} ${path}`, variant, bytes, context);
}

/**
 * The index in a file whose digest was found right, cut down and kept.
 *
 * @param title names the index in messages
 * @throws GpuSetupError `bad-index`
 */
export async function readIndex(
  title: string,
  variant: Variant,
  bytes: Uint8Array,
  context: AptContext,
): Promise<PackagesText> {
  const folder = await cacheFolder(context, 'indexes');
  const builder = new PackagesTextBuilder(title);
  await unpack(bytes, variant, title, context, (chunk) => builder.add(chunk));
  const text = builder.finish();
  await writeCached(join(folder, `${variant.sha256}.packages`), [text.bytes]);
  return text;
}

/** The index that one of these files held, from the cache; null where it is not there. */
export async function cachedIndex(
  variants: readonly Pick<Variant, 'sha256'>[],
  context: CacheUse,
): Promise<PackagesText | null> {
  const folder = await cacheFolder(context, 'indexes');
  for (const { sha256 } of variants) {
    const cached = await readCached(join(folder, `${sha256}.packages`));
    const text = cached === undefined ? null : PackagesText.read(cached);
    if (text !== null) return text;
  }
  return null;
}

/** The compressed bytes of an index, checked against Release. Throws `index-out-of-step` where no variant is right. */
export async function downloadFirst(
  source: Source,
  opened: OpenedRelease,
  variants: readonly Variant[],
  context: AptContext,
  options: ReadOptions,
): Promise<{ variant: Variant; bytes: Uint8Array }> {
  const failures: string[] = [];
  for (const variant of variants) {
    const bytes = await download(opened, variant, context, options);
    if (typeof bytes !== 'string') return { variant, bytes };
    failures.push(bytes);
  }
  throw new GpuSetupError(
    'index-out-of-step',
    `${source.id}: the server's Release and package index do not belong together (${failures.join('; ')})`,
    {
      hint: "the server is in the middle of an update (NVIDIA's take up to some hours): try again later",
      retryable: true,
      details: { sourceId: source.id, failures },
    },
  );
}

/** The bytes, or in words why they are not the right ones. */
async function download(
  opened: OpenedRelease,
  variant: Variant,
  context: AptContext,
  options: ReadOptions,
): Promise<Uint8Array | string> {
  const { path, sha256, size } = variant;
  if (size > (variant.codec === 'plain' ? MAX_PLAIN : MAX_COMPRESSED))
    return `${path} would be ${size} bytes`;
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
  const paths = opened.release.acquireByHash ? [`${folder}by-hash/SHA256/${sha256}`, path] : [path];
  let failure = '';
  for (const one of paths) {
    let bytes: Uint8Array | null;
    try {
      bytes = await getBytes(opened.base.below(one), size, context, options);
    } catch (error) {
      if (!(error instanceof GpuSetupError) || error.code !== 'response-too-large') throw error;
      failure = `${path} is larger than the ${size} bytes listed`;
      continue;
    }
    if (bytes === null) {
      failure = `${path} is listed, but not there`;
      continue;
    }
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length === size && actual === sha256) return bytes;
    failure = `${path}: expected ${size} bytes ${sha256}, got ${bytes.length} bytes ${actual}`;
  }
  return failure;
}

/** Hands out the plain text piece by piece, each good for as long as `take` has it. Throws `bad-index` where it cannot be read, or is longer than Release says. */
export async function unpack(
  bytes: Uint8Array,
  { codec, path, plainBytes }: Variant,
  title: string,
  context: AptContext,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const stream = await decode(codec, [bytes], {
    file: path,
    bad: (why, cause) => new Error(why, { cause }),
    signal: context.signal,
    reuse: true,
  });
  let total = 0;
  try {
    for (let chunk = await stream.next(); chunk !== null; chunk = await stream.next()) {
      total += chunk.length;
      if (total > plainBytes) throw new Error(`it unpacks to more than the ${plainBytes} bytes listed`);
      take(chunk);
    }
  } catch (error) {
    context.signal?.throwIfAborted();
    if (isNotItsFault(error)) throw error;
    throw new GpuSetupError('bad-index', `${title} cannot be read, though its digest is right`, {
      hint: 'the repository publishes a broken index: use another source',
      cause: error,
    });
  } finally {
    await stream.close();
  }
}

export function componentMissing(
  source: Source,
  { release, signed }: OpenedRelease,
  path: string,
): GpuSetupError {
  const kind = path.slice(path.lastIndexOf('/') + 1);
  const known = [...release.files.keys()]
    .filter((name) => name.replace(/\.(xz|gz)$/, '').endsWith(kind))
    .map((name) => name.replace(/\.(xz|gz)$/, ''));
  return new GpuSetupError(
    'component-missing',
    `${source.id}: the signed Release of ${signed.suite} lists no ${path}`,
    {
      hint:
        known.length > 0
          ? `it has ${[...new Set(known)].slice(0, 6).join(', ')}`
          : 'it lists no package index at all',
      details: { sourceId: source.id, path },
    },
  );
}
