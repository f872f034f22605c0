/**
 * What proves for good which packages a suite offered at one time: its signed Release with the index files that it
 * covers. Whoever has it needs no server to know what was signed.
 */
import { createHash } from 'node:crypto';
import { GpuSetupError } from '../../base/errors.ts';
import { pause } from '../../base/retry.ts';
import { hostApt, retryDelay, type AptContext } from '../context.ts';
import { addressesOnHost } from '../host/configuration.ts';
import { findKeys } from '../trust/find-keys.ts';
import { carries } from '../trust/signatures.ts';
import { openKeptRelease } from '../trust/open-release.ts';
import type { PackageIndex, SignedRelease, Source } from '../types.ts';
import { cachedIndex, componentMissing, downloadFirst, readIndex } from './fetch-index.ts';
import { indexPaths, variantsOf } from './index-files.ts';
import { packageIndex } from './package-index.ts';
import type { PackagesText } from './packages-text.ts';

export interface SuiteProof {
  sourceId: string;
  suite: string;
  /** As it was signed. */
  signed: SignedRelease['proof'];
  /** Index files by their path in Release, as they are served: compressed. */
  indexes: readonly { path: string; bytes: Uint8Array }[];
  /** The key that signed it, for a machine that has no way to it; null in proofs of version 0.1. It is believed by its fingerprint alone. */
  key: Uint8Array | null;
}

/** One whose signature and digests were found right; its indexes are read when they are asked for. */
export interface ProvenSuite {
  release: SignedRelease;
  index(): Promise<PackageIndex>;
}

const ATTEMPTS = 3;

/**
 * The proof of what was opened: its index files are fetched once more, since the cache keeps them cut down.
 *
 * @throws GpuSetupError `index-out-of-step`: the server has moved on since
 */
export async function proveSuite(
  { source, release }: Pick<PackageIndex, 'source' | 'release'>,
  context: AptContext,
): Promise<SuiteProof> {
  const own = source.fromHost === null ? null : await hostApt(context, source.architectures[0] ?? 'amd64');
  // The host's proxies and logins belong to requests for its own mirrors only.
  const isMirror = own?.allMirrors.some((one) => one.toString() === release.uri.toString());
  const host = isMirror === true ? own! : undefined;
  const trusting = { ...source, keyFiles: [...source.keyFiles, ...(own?.keyFiles ?? [])] };
  const opened = await openKeptRelease(trusting, release.suite, release, context);
  const indexes: { path: string; bytes: Uint8Array }[] = [];
  for (const path of indexPaths(source, opened)) {
    const variants = variantsOf(opened, path);
    if (variants.length === 0) throw componentMissing(source, opened, path);
    for (let attempt = 0; ; attempt++) {
      try {
        const options = { host, fresh: attempt > 0 };
        const { variant, bytes } = await downloadFirst(source, opened, variants, context, options);
        indexes.push({ path: variant.path, bytes });
        break;
      } catch (error) {
        const skewed = error instanceof GpuSetupError && error.code === 'index-out-of-step';
        if (!skewed || attempt + 1 >= ATTEMPTS) throw error;
        await pause(retryDelay(context) * 2 ** attempt, context.signal);
      }
    }
  }
  const keys = await findKeys(trusting, context);
  const key =
    keys.find((one) => carries(one, { fingerprint: release.signedWith, exactly: true })) ?? keys[0]!;
  const { id } = source;
  return { sourceId: id, suite: release.suite, signed: release.proof, indexes, key: key.toPublic().write() };
}

/**
 * Verifies a proof with the keys that are pinned for the source here. That it has expired since does not matter.
 *
 * @param source with the addresses that a package may be had from
 * @param file where the proof lies, for messages
 * @throws GpuSetupError `proof-differs`: an index is not the one that was signed, or is missing; what opening a kept
 *   Release throws
 */
export async function openProof(
  source: Source,
  { suite, signed, indexes }: SuiteProof,
  context: AptContext,
  file: string,
): Promise<ProvenSuite> {
  const uri = source.uris[0];
  if (uri === undefined) throw noAddress(source);
  const title = `the Release file of ${source.id} in ${file}`;
  const opened = await openKeptRelease(source, suite, { uri, proof: signed }, context, { title });
  const carried = new Map(indexes.map(({ path, bytes }) => [path, bytes]));
  const found = indexPaths(source, opened).map((path) => {
    const variants = variantsOf(opened, path);
    const variant = variants.find((one) => carried.has(one.path));
    if (variant === undefined) throw differs(file, `${source.id}: it has no ${path}`);
    const bytes = carried.get(variant.path)!;
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length !== variant.size || digest !== variant.sha256) {
      const expected = `${variant.size} bytes ${variant.sha256}`;
      throw differs(
        file,
        `${source.id}: its ${variant.path} is ${bytes.length} bytes ${digest}, signed were ${expected}`,
      );
    }
    return { path, variants, variant, bytes };
  });
  return {
    release: opened.signed,
    index: async () => {
      const texts: PackagesText[] = [];
      for (const { path, variants, variant, bytes } of found)
        texts.push(
          (await cachedIndex(variants, context)) ??
            (await readIndex(`${source.id} ${path}`, variant, bytes, context)),
        );
      return packageIndex(source, opened.signed, texts, []);
    },
  };
}

/** The source with the addresses and key files that this host's apt configuration adds to it. */
export async function withHost(source: Source, suite: string, context: AptContext): Promise<Source> {
  if (source.fromHost === null) return source;
  const host = await hostApt(context, source.architectures[0] ?? 'amd64');
  return {
    ...source,
    uris: source.uris.length > 0 ? source.uris : addressesOnHost(source.fromHost, suite, host),
    keyFiles: [...source.keyFiles, ...host.keyFiles],
  };
}

function differs(file: string, what: string): GpuSetupError {
  return new GpuSetupError('proof-differs', `${file} is not what was signed: ${what}`, {
    hint: "take the file from version control; without it, what today's index does not confirm needs --trust-lock",
  });
}

function noAddress({ id }: Source): GpuSetupError {
  return new GpuSetupError('no-host-mirror', `this host's apt configuration names no mirror for ${id}`, {
    hint: `put a ${id}.sources with the URIs of a mirror into the configuration's apt-sources folder`,
    details: { sourceId: id },
  });
}
