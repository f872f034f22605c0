/** The signed Release file of one suite at one URI. */
import { GpuSetupError } from '../../base/errors.ts';
import type { Location } from '../../base/http/location.ts';
import { nowOf, type AptContext } from '../context.ts';
import { listedIndexes } from '../index/index-files.ts';
import { findKeys } from './find-keys.ts';
import { MAX_RELEASE_BYTES, checkRelease, parseRelease, type Release } from './release.ts';
import { getBytes, type GetOptions } from '../transport.ts';
import { verifyDetached, verifyInRelease, type TrustContext, type Verified } from './signatures.ts';
import type { SignedRelease, Source } from '../types.ts';

export interface OpenedRelease {
  signed: SignedRelease;
  release: Release;
  /** What index paths are relative to: ".../dists/bookworm", or the URI itself where it is flat. */
  base: Location;
}

/** Below the URI of a repository: "/" and "./" lie at the URI itself, "x/" below it, names below dists/. */
export function releasePath(suite: string): string {
  return suite.endsWith('/') ? suite.replace(/^\.?\//, '').replace(/\/$/, '') : `dists/${suite}`;
}

export function releaseFolder(uri: Location, suite: string): Location {
  const path = releasePath(suite);
  return path === '' ? uri : uri.below(path);
}

/**
 * Fetches, verifies and checks it: InRelease, or Release and Release.gpg where there is none.
 * Throws `release-missing`, `release-unsigned`, `key-missing`, what `refused` says, `not-a-release`, `wrong-suite`,
 * `release-expired`, `release-from-future`, and what the network gives.
 */
export async function openRelease(
  source: Source,
  suite: string,
  uri: Location,
  context: AptContext,
  options: Pick<GetOptions, 'host' | 'fresh' | 'brisk'> = {},
): Promise<OpenedRelease> {
  const base = releaseFolder(uri, suite);
  const get: GetOptions = { fresh: false, ...options };
  const title = `the Release file of ${source.id} (${base})`;
  const { verify, proof } = await fetchSigned(source, base, context, get);
  const opened = { source, suite, uri, base, title, proof };
  return judged(opened, await verified(source, context, title, verify), context);
}

/**
 * One that was fetched before: verified and checked as if it had just come.
 *
 * @param past for one that need only have been good in its time: then Valid-Until does not matter, and `title` says whose
 *   it is
 */
export async function openKeptRelease(
  source: Source,
  suite: string,
  { uri, proof }: Pick<SignedRelease, 'uri' | 'proof'>,
  context: AptContext,
  past?: { title: string },
): Promise<OpenedRelease> {
  const base = releaseFolder(uri, suite);
  const title = past?.title ?? `the Release file of ${source.id} (${base})`;
  const verify: Fetched['verify'] =
    'inRelease' in proof
      ? (trust) => verifyInRelease(Buffer.from(proof.inRelease), trust)
      : (trust) => verifyDetached(Buffer.from(proof.release), Buffer.from(proof.signature, 'base64'), trust);
  const opened = { source, suite, uri, base, title, proof };
  return judged(opened, await verified(source, context, title, verify), context, past !== undefined);
}

function judged(
  { source, suite, uri, base, title, proof }: OpenedAt,
  { text, signedWith }: Verified,
  context: AptContext,
  past = false,
): OpenedRelease {
  const parsed = parseRelease(text, title);
  const release = past ? { ...parsed, validUntil: null } : parsed;
  checkRelease(release, { suite, now: nowOf(context), title, ...source.fromHost });
  return {
    release,
    base,
    signed: {
      sourceId: source.id,
      suite,
      uri,
      origin: release.origin,
      codename: release.codename,
      date: release.date === null ? null : new Date(release.date).toISOString(),
      signedWith,
      proof,
      files: release.files,
      indexes: listedIndexes(source, { signed: { suite }, release }),
    },
  };
}

interface OpenedAt {
  source: Source;
  suite: string;
  uri: Location;
  base: Location;
  title: string;
  proof: SignedRelease['proof'];
}

/** A Release with its signature, as the server has it: not verified yet. */
interface Fetched {
  verify: (trust: TrustContext) => Promise<Verified>;
  proof: SignedRelease['proof'];
}

/** InRelease, or Release and Release.gpg where there is none. Throws `release-missing`, `release-unsigned`. */
async function fetchSigned(
  source: Source,
  base: Location,
  context: AptContext,
  get: GetOptions,
): Promise<Fetched> {
  const file = (name: string): Promise<Uint8Array | null> =>
    getBytes(base.below(name), MAX_RELEASE_BYTES, context, get);
  const inRelease = await file('InRelease');
  if (inRelease !== null) {
    return {
      verify: (trust) => verifyInRelease(inRelease, trust),
      proof: { inRelease: Buffer.from(inRelease).toString('utf8') },
    };
  }
  const release = await file('Release');
  if (release === null) {
    throw new GpuSetupError(
      'release-missing',
      `${base} has neither InRelease nor Release: no repository there`,
      { hint: `compare the URI with ${source.file}; the repository may have moved` },
    );
  }
  const signature = await file('Release.gpg');
  if (signature === null) {
    throw new GpuSetupError('release-unsigned', `${base} has a Release file without a signature`, {
      hint: 'nothing unsigned is installed: use another source, or have Release.gpg published',
    });
  }
  return {
    verify: (trust) => verifyDetached(release, signature, trust),
    proof: {
      release: Buffer.from(release).toString('utf8'),
      signature: Buffer.from(signature).toString('base64'),
    },
  };
}

/** What a key may give of which the cache has an older copy: expired, or without the subkey that signs today. */
const STALE_KEY = new Set<GpuSetupError['code']>([
  'bad-signature',
  'key-expired',
  'key-missing',
  'key-unknown',
]);

async function verified(
  source: Source,
  context: AptContext,
  title: string,
  verify: (trust: TrustContext) => Promise<Verified>,
): Promise<Verified> {
  const trust = { title, pinned: source.signedBy, now: nowOf(context) };
  const keys = await findKeys(source, context);
  try {
    return await verify({ ...trust, keys });
  } catch (error) {
    const cachedKeys = source.keyUris.length > 0;
    if (!(error instanceof GpuSetupError) || !STALE_KEY.has(error.code) || !cachedKeys) throw error;
    return verify({ ...trust, keys: await findKeys(source, context, { fresh: true }) });
  }
}
