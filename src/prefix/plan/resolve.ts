/** From a request and signed indexes to the exact packages of a prefix. Pure. */
import type { PackageArchitecture } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { ofArchitecture } from '../../apt/index/package-index.ts';
import { closure } from '../../apt/resolve/dependency-closure.ts';
import { parseDependencies } from '../../apt/index/dependency.ts';
import type { DpkgStatus } from '../../apt/resolve/dpkg-status.ts';
import { needsWithin } from '../../apt/resolve/package-needs.ts';
import type { DependencyClause, HostRequirement, IndexedPackage, PackageIndex } from '../../apt/types.ts';
import { allReleases } from '../../compat/releases.ts';
import type { Packaging, Release } from '../../compat/releases.ts';
import { nameOfGroup } from '../../compat/source-group.ts';
import { chooseLibrary, LIBRARIES, LIBRARY_TITLES, libraryVersions } from './choose-library.ts';
import type { ChosenLibrary, LibraryName } from './choose-library.ts';
import { chooseRelease, packagingOf } from './choose-release.ts';
import { componentPackages } from './component-packages.ts';
import { madeForText } from './made-for.ts';
import { formatSpec } from './spec.ts';
import type { LockUse, PlannedSource } from './install-plan.ts';
import type { PointRelease } from './point-releases.ts';
import type { Component } from '../layout/component.ts';
import { servesParts, withNeeds } from '../layout/parts.ts';
import type { PrefixRequest } from './request.ts';

export interface ResolvedPackage {
  package: IndexedPackage;
  /** Components that it is here for, in the order of COMPONENTS. */
  components: readonly Component[];
  /** What its data.tar member must be, where a lock says so. */
  payloadSha256?: string | null;
  /** Names of those that it needs, where a lock says so. */
  needs?: readonly string[];
}

export interface Resolution {
  packaging: Packaging;
  /** "10.0.130" */
  cuda: string;
  /** "7.5.0.56"; null where none is installed. */
  cudnn: string | null;
  /** Components that the prefix will have: those asked for, less what no source has. */
  components: readonly Component[];
  /** Parts of the toolkit with what they need; absent: all of it. */
  parts?: readonly string[];
  packages: readonly ResolvedPackage[];
  host: readonly HostRequirement[];
  warnings: readonly string[];
  /** Where the packages are those of a lock. */
  pinned?: {
    /** What signed them; else the indexes that were given. */
    sources: readonly PlannedSource[];
    lock: LockUse;
  };
}

/** How many versions a message lists. */
const LISTED = 10;

/**
 * @param whole indexes in the order of the request's sources: the first one wins among equal versions
 * @param installed what the host has; null where that is not known
 * @throws GpuSetupError `version-not-found`, `cudnn-not-available`, `nccl-not-available`,
 *   `tensorrt-not-available`, `component-unavailable`, `part-unavailable`, and
 *   what `closure` throws
 */
export function resolve(
  request: PrefixRequest,
  whole: readonly PackageIndex[],
  installed: DpkgStatus | null,
): Resolution {
  const { architecture } = request;
  const indexes = whole.map((index) => ofArchitecture(index, architecture));
  const packaging = packagingOf(indexes);
  const versionOf = (name: string): string | null =>
    request.specs.find((spec) => spec.name === name)?.version ?? null;
  // A library whose version was asked for may not be there for the newest CUDA that is meant.
  const exact = LIBRARIES.filter((one) => request.components.includes(one) && versionOf(one) !== null);
  const lacking = ({ cuda }: PointRelease): LibraryName | undefined =>
    exact.find((one) => chooseLibrary(one, versionOf(one), cuda, indexes) === null);
  const { chosen: point, newest } = chooseRelease(
    versionOf('cuda'),
    packaging,
    architecture,
    indexes,
    (one) => lacking(one) === undefined,
  );
  const warnings: string[] = [...indexes.flatMap((index) => index.warnings), ...point.warnings];
  if (point !== newest) {
    const library = lacking(newest)!;
    warnings.push(
      `CUDA ${newest.cuda} is newer, but there is no ${titleOf(library, versionOf(library))} for it`,
    );
  }

  const libraries = new Map<Component, ChosenLibrary>();
  const missing = new Set<Component>();
  for (const library of LIBRARIES) {
    if (!request.components.includes(library)) continue;
    const chosen = chooseLibrary(library, versionOf(library), point.cuda, indexes);
    if (chosen !== null) {
      libraries.set(library, chosen);
      if (chosen.warning !== null) warnings.push(chosen.warning);
      continue;
    }
    const error = libraryMissing(library, versionOf(library), point, architecture, indexes);
    if (request.insisted?.includes(library) === true) throw error;
    missing.add(library);
    warnings.push(`${error.message}: left out`);
  }

  const components = request.components.filter((component) => !missing.has(component));
  const parts = request.only === undefined ? null : withNeeds(request.only);
  const choice = { components, parts, named: request.only ?? [] };
  const { roots, warnings: incomplete } = componentPackages(point, choice, libraries, indexes);
  warnings.push(...incomplete);
  const pins = new Map(point.pins);
  // What was chosen for itself stands before what another library only needs beneath it.
  for (const { pins: own } of libraries.values())
    for (const [name, version] of own) if (!pins.has(name)) pins.set(name, version);

  const closed = closure([...roots.keys()].sort(), indexes, {
    pins,
    enters: ({ name }) =>
      enters(name, point.release, roots) && servesParts(name, roots.has(name) ? null : parts),
    installed,
  });
  return {
    packaging,
    cuda: point.cuda,
    cudnn: libraries.get('cudnn')?.version ?? null,
    components,
    ...(parts === null ? {} : { parts }),
    packages: attribute(closed.packages, roots, components),
    host: closed.host.filter(({ clause }) => isForHost(clause, point.release, roots, architecture)),
    warnings: [...new Set([...warnings, ...closed.warnings])],
  };
}

/** Debian's CUDA packages lie among all others, so only the listed ones enter; NVIDIA's repositories hold little else. */
function enters(name: string, release: Release, roots: ReadonlyMap<string, unknown>): boolean {
  if (roots.has(name)) return true;
  if (release.packaging === 'debian' || release.leaveOut.some((row) => row.package.test(name))) return false;
  const other = /-\d+-\d+$/.exec(name);
  return other === null || other[0] === release.suffix;
}

/**
 * Whether a dependency that stayed outside is for the host to meet. CUDA packages of components that nobody asked for,
 * or that no prefix takes, are not: nvidia-cuda-toolkit depends on the profiler, and compiles without it.
 */
function isForHost(
  clause: string,
  release: Release,
  roots: ReadonlyMap<string, unknown>,
  architecture: PackageArchitecture,
): boolean {
  const alternatives: DependencyClause = parseDependencies(clause, architecture).flat();
  const known = namesOf(release);
  return !alternatives.some(
    ({ name }) =>
      roots.has(name) ||
      known.has(name) ||
      release.leaveOut.some((row) => row.package.test(name)) ||
      (release.packaging === 'nvidia' && /^(?:cuda|lib)[a-z0-9-]*-\d+-\d+$/.test(name)),
  );
}

function namesOf(release: Release): ReadonlySet<string> {
  return new Set(
    Object.values(release.roots).flatMap(({ need, usual, maybe }) => [...need, ...usual, ...maybe].flat()),
  );
}

/** Components by package: a root has its own; what only dependencies brought has those of the roots that lead to it. */
function attribute(
  packages: readonly IndexedPackage[],
  roots: ReadonlyMap<string, ReadonlySet<Component>>,
  order: readonly Component[],
): readonly ResolvedPackage[] {
  const needs = needsWithin(packages);
  const components = new Map<string, Set<Component>>(packages.map((one) => [one.name, new Set()]));
  for (const [root, reasons] of roots) {
    const reached = new Set([root]);
    for (const name of reached) {
      reasons.forEach((component) => components.get(name)?.add(component));
      for (const needed of needs.get(name) ?? []) if (!roots.has(needed)) reached.add(needed);
    }
  }
  const rank = (component: Component): number => {
    const at = order.indexOf(component);
    return at < 0 ? order.length : at;
  };
  return packages.map((one) => ({
    package: one,
    components: [...(components.get(one.name) ?? [])].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)),
  }));
}

function titleOf(library: LibraryName, version: string | null): string {
  return LIBRARY_TITLES[library] + (version === null ? '' : ` ${version}`);
}

function libraryMissing(
  library: LibraryName,
  version: string | null,
  point: PointRelease,
  architecture: PackageArchitecture,
  indexes: readonly PackageIndex[],
): GpuSetupError {
  const sources = nameOfGroup(indexes.map(({ source }) => source.id));
  const there = libraryVersions(library, point.cuda, indexes);
  const others = allReleases()
    .filter((release) => release.packaging === 'nvidia' && release.cuda === point.release.cuda)
    .flatMap(({ groups }) => groups[architecture] ?? [])
    .flatMap(([first]) => first ?? []);
  const elsewhere = others.filter((id) => !indexes.some(({ source }) => source.id === id));
  const madeFor = madeForText(library, version, point.release.cuda);
  return new GpuSetupError(
    `${library}-not-available`,
    `there is no ${titleOf(library, version)} for CUDA ${point.release.cuda} in ${sources}`,
    {
      hint: [
        ...(madeFor === null ? [] : [madeFor]),
        there.length > 0
          ? `there is ${there
              .slice(0, LISTED)
              .map((one) => formatSpec({ name: library, version: one }))
              .join(', ')}`
          : elsewhere.length > 0
            ? `another source may have it: --source ${elsewhere[0]}`
            : `leave it out with --without ${library}`,
      ],
      details: { library, version, cuda: point.cuda, available: there, otherSources: elsewhere },
    },
  );
}
