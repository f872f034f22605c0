/**
 * What a source offered when it was last read. It is for looking, never for installing: there the newest signed Release
 * decides. Kept is the signed text itself, which is verified anew, so nobody is believed who wrote into the cache.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { GpuSetupError } from '../../base/errors.ts';
import { Location } from '../../base/http/location.ts';
import { cacheFolder, readCached, writeCached } from '../cache.ts';
import { hostApt, nowOf, type AptContext } from '../context.ts';
import { openKeptRelease, type OpenedRelease } from '../trust/open-release.ts';
import type { PackageIndex, SignedRelease, Source } from '../types.ts';
import { cachedIndex } from './fetch-index.ts';
import { indexPaths, variantsOf } from './index-files.ts';
import { packageIndex } from './package-index.ts';
import type { PackagesText } from './packages-text.ts';

const KEPT = z.object({
  /** As it is printed: what it is asked for with is in the source. */
  uri: z.string(),
  at: z.iso.datetime(),
  proof: z.union([
    z.object({ inRelease: z.string() }),
    z.object({ release: z.string(), signature: z.string() }),
  ]),
});

/**
 * Keeps what a source signed, with the time: of each source and suite the last one. A cache that cannot be written is told
 * by what has to be written; without this, only a search without a network finds less.
 */
export async function rememberRelease(
  { sourceId, suite, uri, proof }: SignedRelease,
  context: AptContext,
): Promise<void> {
  const kept: z.infer<typeof KEPT> = { uri: uri.toString(), at: nowOf(context).toISOString(), proof };
  try {
    await writeCached(await keptAt(sourceId, suite, context), [Buffer.from(JSON.stringify(kept))]);
  } catch (error) {
    if (!(error instanceof GpuSetupError)) throw error;
  }
}

/** Null where the source was never read here, or what it offered is not in the cache any more. Never asks a server. */
export async function rememberedIndex(
  source: Source,
  suite: string,
  context: AptContext,
): Promise<{ index: PackageIndex; at: Date } | null> {
  const bytes = await readCached(await keptAt(source.id, suite, context));
  const kept = bytes === undefined ? null : read(bytes);
  if (kept === null) return null;
  const at = new Date(kept.at);
  try {
    // No server is asked for a key; a Release that has expired since was good then.
    const host = source.fromHost === null ? null : await hostApt(context, source.architectures[0] ?? 'amd64');
    const trusting = { ...source, keyUris: [], keyFiles: [...source.keyFiles, ...(host?.keyFiles ?? [])] };
    const uri = Location.parse(kept.uri);
    if (uri === null) return null;
    const opened = await openKeptRelease(trusting, suite, { ...kept, uri }, { ...context, now: at });
    const texts = await textsOf(source, opened, context);
    return texts === null ? null : { index: packageIndex(source, opened.signed, texts, []), at };
  } catch (error) {
    if (error instanceof GpuSetupError) return null;
    throw error;
  }
}

async function textsOf(
  source: Source,
  opened: OpenedRelease,
  context: AptContext,
): Promise<PackagesText[] | null> {
  const texts: PackagesText[] = [];
  for (const path of indexPaths(source, opened)) {
    const text = await cachedIndex(variantsOf(opened, path), context);
    if (text === null) return null;
    texts.push(text);
  }
  return texts;
}

async function keptAt(id: string, suite: string, context: AptContext): Promise<string> {
  return join(await cacheFolder(context, 'releases'), `${encodeURIComponent(`${id} ${suite}`)}.json`);
}

function read(bytes: Uint8Array): z.infer<typeof KEPT> | null {
  try {
    return KEPT.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return null;
  }
}
