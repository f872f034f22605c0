/** What a prefix is made of, gathered from the files that it carries: manifest, lock, licence texts. What an SBOM says. */
import { publisherOf, type Publisher } from '../../apt/sources/publisher.ts';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import type { Component } from '../layout/component.ts';
import { lockDigest } from '../plan/lockfile.ts';
import type { Packaging } from '../../compat/releases.ts';
import { licenceTexts } from './licence-texts.ts';
import { readLock } from './prefix-lock.ts';
import { readPrefix, type PrefixPlace } from './prefixes.ts';

export interface BilledPackage {
  name: string;
  version: string;
  architecture: string;
  /** Of the .deb, and of the data.tar member in it. */
  sha256: string;
  payloadSha256: string;
  /** Id of its source, without any address. */
  source: string;
  publisher: Publisher | null;
  packaging: Packaging | null;
  /** Below the source's address; null where the prefix has no lock. */
  path: string | null;
  /** For which components of the prefix it is there. */
  components: readonly Component[];
  /** Names of those that it needs, in the order of the names; null where the lock does not say, as older ones. */
  needs: readonly string[] | null;
  /** Texts that it brought along, by file name. */
  texts: readonly { file: string; text: string }[];
}

export interface BillOfMaterials {
  name: string;
  cuda: string;
  cudnn: string | null;
  recipe: string | null;
  /** ISO 8601 */
  installedAt: string;
  /** SHA-256 of its lock; null where it has none. */
  lockDigest: string | null;
  /** What the machine that it runs on has to have, as Debian writes it: "libc6 (>= 2.27)". */
  needsOfHost: readonly string[];
  /** By name. */
  packages: readonly BilledPackage[];
}

/** @throws GpuSetupError `prefix-broken`, `prefix-unreadable`, `lock-damaged`, `lock-unreadable` */
export async function billOfMaterials(place: PrefixPlace): Promise<BillOfMaterials> {
  const [{ prefix }, lock, texts] = await Promise.all([
    readPrefix(place),
    readLock(place.path),
    licenceTexts(place.path),
  ]);
  const { name, cuda, cudnn, recipe, installedAt } = prefix;
  const sources = new Map(
    lock?.sources.map(({ id, signedWith, packaging }) => [
      id,
      { publisher: publisherOf(id, signedWith), packaging },
    ]),
  );
  const billed = (one: PrefixInfo['packages'][number]): BilledPackage => {
    const pinned = lock?.packages.find((other) => other.name === one.name);
    const source = sources.get(one.source);
    return {
      ...one,
      publisher: source?.publisher ?? null,
      packaging: source?.packaging ?? null,
      path: pinned?.path ?? null,
      components: pinned?.components ?? [],
      needs: pinned?.needs ?? null,
      texts: texts.flatMap(({ package: whose, file, text }) =>
        whose === one.name && text !== null ? [{ file, text }] : [],
      ),
    };
  };
  return {
    name,
    cuda,
    cudnn,
    recipe,
    installedAt,
    lockDigest: lock === null ? null : lockDigest(lock),
    needsOfHost: (lock?.host ?? []).map(({ clause }) => clause),
    packages: prefix.packages.map(billed).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
