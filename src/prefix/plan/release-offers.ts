/** What can be installed, by release and not by source: each release once, with what it has and how much that is. */
import type { PackageArchitecture } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { IndexedPackage, PackageIndex } from '../../apt/types.ts';
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { PACKAGINGS, withCompanions, type Packaging, type Release } from '../../compat/releases.ts';
import type { SourceGroup } from '../../compat/source-group.ts';
import { mayMeanVersion, meansVersion } from '../../compat/version-range.ts';
import { COMPONENTS, type Component } from '../layout/component.ts';
import { componentsOfParts, PARTS } from '../layout/parts.ts';
import { prefixBytes, wantedBytesAtMost } from '../layout/wanted-share.ts';
import {
  isLibraryName,
  LIBRARIES,
  libraryVersions,
  type LibraryBuild,
  type LibraryName,
} from './choose-library.ts';
import { libraryName } from './library-name.ts';
import { pointsMeant, type Offer } from './offers.ts';
import { DEFAULT_COMPONENTS, type PrefixRequest, type Spec } from './request.ts';
import { resolve } from './resolve.ts';

export interface Bytes {
  download: number;
  /** What a prefix takes of it at most; null where an index does not say. */
  unpackedAtMost: number | null;
}

/** A release as one publisher packages it. */
export interface PackagedRelease {
  packaging: Packaging;
  /** Sources that have it, the one that is asked first at the beginning. */
  sources: readonly string[];
  /**
   * Those that it can be installed with, each with all that it brings (what two of them bring counts for both); cuDNN,
   * NCCL and TensorRT with what they add to the default ones.
   */
  components: readonly { name: Component; bytes: Bytes | null }[];
  /** The libraries and tools of its default components, the largest first. */
  holds: readonly { name: string; bytes: Bytes }[];
  /** What --only takes, each with what it needs; empty where no version was asked for: of all releases that takes seconds. */
  parts: readonly { name: string; bytes: Bytes }[];
  /** Versions built for it, newest first. */
  cudnn: readonly string[];
  nccl: readonly string[];
  tensorrt: readonly string[];
  /** Of its default components. Null: they cannot be had. */
  bytes: Bytes | null;
}

export interface ReleaseOffer {
  /** "11.8.89" */
  cuda: string;
  /** Other numbers of it: "11.8.0". */
  labels: readonly string[];
  packaged: readonly PackagedRelease[];
}

/** A cuDNN, NCCL or TensorRT that goes with no release that was found. */
export interface LooseLibrary extends LibraryBuild {
  library: LibraryName;
  sources: readonly string[];
}

export type OpenedSources = ReadonlyMap<string, readonly PackageIndex[]>;

/** Newest first. @param specs what is looked for; a release without the libraries that are named is none */
export function releaseOffers(
  opened: OpenedSources,
  specs: readonly Spec[],
  architecture: PackageArchitecture,
): readonly ReleaseOffer[] {
  const version = specs.find(({ name }) => name === 'cuda')?.version ?? null;
  const found = new Map<string, Held[]>();
  for (const [source, indexes] of opened) {
    for (const { release, cuda, labels } of pointsMeant(indexes, version)) {
      const all = found.get(cuda) ?? [];
      found.set(cuda, all);
      const same = all.find((one) => one.release.packaging === release.packaging);
      const held = same ?? { release, labels: new Set(), sources: new Set() };
      labels.forEach((label) => held.labels.add(label));
      held.sources.add(source);
      if (same === undefined) all.push(held);
    }
  }
  return [...found]
    .map(([cuda, all]) => ({
      cuda,
      labels: [...new Set(all.flatMap(({ labels }) => [...labels]))].sort((a, b) =>
        compareDottedVersions(b, a),
      ),
      packaged: all
        .sort((a, b) => PACKAGINGS.indexOf(a.release.packaging) - PACKAGINGS.indexOf(b.release.packaging))
        .map((held) => packagedRelease(cuda, held, opened, specs, architecture))
        .filter((one) => LIBRARIES.every((name) => !asks(specs, name) || one[name].length > 0)),
    }))
    .filter(({ packaged }) => packaged.length > 0)
    .sort((a, b) => compareDottedVersions(b.cuda, a.cuda));
}

/** What the offers of sources have beside the releases that were found. */
export function looseLibraries(
  offers: ReadonlyMap<string, Offer>,
  releases: readonly ReleaseOffer[],
): readonly LooseLibrary[] {
  const loose = new Map<string, { library: LibraryName; build: LibraryBuild; sources: string[] }>();
  for (const library of LIBRARIES) {
    for (const [source, offer] of offers) {
      for (const build of offer[library]) {
        const goesWith = releases.some(
          ({ cuda, packaged }) =>
            mayMeanVersion(build.cuda, cuda) && packaged.some((one) => one[library].includes(build.version)),
        );
        if (goesWith) continue;
        const key = `${library} ${build.version} ${build.cuda}`;
        const one = loose.get(key) ?? { library, build, sources: [] };
        loose.set(key, one);
        one.sources.push(source);
      }
    }
  }
  return [...loose.values()].map(({ library, build, sources }) => ({ library, ...build, sources }));
}

interface Held {
  release: Release;
  labels: Set<string>;
  sources: Set<string>;
}

function packagedRelease(
  cuda: string,
  { release, sources: holding }: Held,
  opened: OpenedSources,
  specs: readonly Spec[],
  architecture: PackageArchitecture,
): PackagedRelease {
  const known = release.groups[architecture] ?? [];
  const rank = (id: string): number => {
    const at = known.findIndex(([first]) => first === id);
    return at < 0 ? known.length : at;
  };
  const sources = [...holding].sort((a, b) => rank(a) - rank(b));
  const groups = sources.map((id) => withCompanions(id).filter((one) => opened.has(one)));
  const indexesOf = (group: SourceGroup): readonly PackageIndex[] =>
    group.flatMap((id) => opened.get(id) ?? []);
  const versions = (library: LibraryName): readonly string[] => {
    const wanted = specs.find(({ name }) => name === library)?.version ?? null;
    const there = groups.flatMap((group) => libraryVersions(library, cuda, indexesOf(group)));
    return [...new Set(there)]
      .filter((version) => wanted === null || meansVersion(version, wanted))
      .sort((a, b) => compareDottedVersions(b, a));
  };
  const libraries = { cudnn: versions('cudnn'), nccl: versions('nccl'), tensorrt: versions('tensorrt') };
  const first = indexesOf(groups[0]!);
  const components = COMPONENTS.filter((component) =>
    isLibraryName(component) ? libraries[component].length > 0 : hasComponent(release, component, first),
  );
  const taking = (wanted: readonly Component[]): readonly IndexedPackage[] | null =>
    packagesOfInstall(cuda, { components: wanted }, groups[0]!, first, architecture);
  const ofDefault = taking(DEFAULT_COMPONENTS);
  return {
    packaging: release.packaging,
    sources,
    components: components.map((name) => {
      if (!isLibraryName(name)) return { name, bytes: bytesOf(taking([name]), [name]) };
      const withIt = [...DEFAULT_COMPONENTS, name];
      return { name, bytes: bytesOf(without(ofDefault, taking(withIt)), withIt) };
    }),
    holds: holdings(ofDefault ?? [], release.suffix),
    parts: specs.some(({ name, version }) => name === 'cuda' && version !== null)
      ? PARTS.flatMap(({ name }) => {
          const choice = { components: componentsOfParts([name]), only: [name] };
          const bytes = bytesOf(
            packagesOfInstall(cuda, choice, groups[0]!, first, architecture),
            choice.components,
          );
          return bytes === null ? [] : [{ name, bytes }];
        })
      : [],
    ...libraries,
    bytes: bytesOf(ofDefault, DEFAULT_COMPONENTS, prefixBytes),
  };
}

function hasComponent(release: Release, component: Component, indexes: readonly PackageIndex[]): boolean {
  const set = release.roots[component];
  return (
    set?.need.every((names) =>
      names.some((name) => indexes.some((index) => index.packages(name).length > 0)),
    ) ?? false
  );
}

/** What an install of these components takes; null where one of them cannot be had. */
function packagesOfInstall(
  cuda: string,
  choice: Pick<PrefixRequest, 'components' | 'only'>,
  sources: readonly string[],
  indexes: readonly PackageIndex[],
  architecture: PackageArchitecture,
): readonly IndexedPackage[] | null {
  const specs = [{ name: 'cuda', version: cuda }];
  const request = {
    name: '',
    recipe: null,
    specs,
    ...choice,
    insisted: choice.components,
    sources,
    architecture,
  };
  try {
    return resolve(request, indexes, null).packages.map((one) => one.package);
  } catch (error) {
    if (error instanceof GpuSetupError) return null;
    throw error;
  }
}

function without(
  less: readonly IndexedPackage[] | null,
  all: readonly IndexedPackage[] | null,
): readonly IndexedPackage[] | null {
  const names = new Set(less?.map(({ name }) => name));
  return less === null || all === null ? null : all.filter(({ name }) => !names.has(name));
}

function holdings(packages: readonly IndexedPackage[], suffix: string | null): PackagedRelease['holds'] {
  const byName = new Map<string, IndexedPackage[]>();
  for (const one of packages) {
    const name = libraryName(one.name, suffix);
    byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  return [...byName]
    .map(([name, own]) => ({ name, bytes: bytesOf(own, DEFAULT_COMPONENTS)! }))
    .sort((a, b) => b.bytes.download - a.bytes.download || (a.name < b.name ? -1 : 1));
}

/** What packages come to; null of null. @param together what several packages come to: in a prefix of their own, more than the sum */
export function bytesOf(
  packages: readonly IndexedPackage[] | null,
  components: readonly Component[],
  together: (bytes: readonly number[]) => number = sum,
): Bytes | null {
  if (packages === null) return null;
  const isKnown = packages.every(({ installedBytes }) => installedBytes !== null);
  return {
    download: sum(packages.map(({ size }) => size)),
    unpackedAtMost: isKnown ? together(packages.map((one) => wantedBytesAtMost(one, components))) : null,
  };
}

function asks(specs: readonly Spec[], library: LibraryName): boolean {
  return specs.some(({ name }) => name === library);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
