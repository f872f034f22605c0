/**
 * The point releases of a CUDA release that indexes hold, and which package versions make up each. Dependencies are
 * `>=`, so without pins the newest of everything would be taken: CUDA 10.1 with the cuBLAS of 10.2 fails at run time.
 */
import { compareVersions } from '../../apt/index/version.ts';
import type { IndexedPackage, PackageIndex } from '../../apt/types.ts';
import { beginsWithVersion, compareDottedVersions } from '../../compat/dotted-version.ts';
import { meansVersion } from '../../compat/version-range.ts';
import type { Release } from '../../compat/releases.ts';
import { releaseLabelOf, upstreamOf } from './package-version.ts';

export interface PointRelease {
  release: Release;
  /** The toolkit's own version: "10.0.130". */
  cuda: string;
  /** Other numbers it goes by: "11.8.0". */
  labels: readonly string[];
  /** Exact package versions by name. */
  pins: ReadonlyMap<string, string>;
  warnings: readonly string[];
}

/** Newest first; empty where the indexes do not hold the release. */
export function pointReleases(release: Release, indexes: readonly PackageIndex[]): readonly PointRelease[] {
  const labelled = release.metapackages.length > 0 ? fromMetapackages(release, indexes) : [];
  const points = labelled.length > 0 ? labelled : fromVersions(release, indexes);
  // Two of them may share the toolkit's own number: 12.2.1 and 12.2.2 are both 12.2.140.
  const label = (point: PointRelease): string => point.labels[0] ?? '';
  return points.sort(
    (a, b) => compareDottedVersions(b.cuda, a.cuda) || compareDottedVersions(label(b), label(a)),
  );
}

/** Whether a version that was asked for means this point release. */
export function namesPoint(point: PointRelease, version: string): boolean {
  return [point.cuda, ...point.labels].some((one) => meansVersion(one, version));
}

/** All packages of a name, newest first; the first index wins among equal versions. */
export function packagesOf(name: string, indexes: readonly PackageIndex[]): readonly IndexedPackage[] {
  return indexes
    .flatMap((index) => index.packages(name))
    .sort((a, b) => compareVersions(b.version, a.version));
}

/**
 * From CUDA 11 on a metapackage of a point release names the exact versions of that release as lower bounds:
 *
 *     cuda-libraries-11-2 11.2.1-1 depends on libcublas-11-2 (>= 11.4.1.1026), cuda-cudart-11-2 (>= 11.2.146), ...
 */
function fromMetapackages(release: Release, indexes: readonly PackageIndex[]): PointRelease[] {
  const labels = new Set(
    release.metapackages.flatMap((name) =>
      packagesOf(name, indexes).map(({ version }) => upstreamOf(version)),
    ),
  );
  return [...labels].flatMap((label) => {
    const bounds = lowerBounds(release, label, indexes);
    const cuda = bounds.get(release.versionOf);
    if (cuda === undefined) return [];
    const pins = new Map<string, string>();
    for (const [name, bound] of bounds) {
      const exact = packagesOf(name, indexes).find(({ version }) => upstreamOf(version) === bound);
      if (exact !== undefined) pins.set(name, exact.version);
    }
    return pins.has(release.versionOf) ? [{ release, cuda, labels: [label], pins, warnings: [] }] : [];
  });
}

/** Lower bounds by package name, through metapackages of metapackages; the highest one where several speak. */
function lowerBounds(release: Release, label: string, indexes: readonly PackageIndex[]): Map<string, string> {
  const bounds = new Map<string, string>();
  const queue = [...release.metapackages];
  const seen = new Set<string>();
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const meta = packagesOf(name, indexes).find(({ version }) => upstreamOf(version) === label);
    for (const { name: needed, relation, version } of (meta?.depends ?? []).flat()) {
      if (!needed.endsWith(release.suffix ?? '') || version === null) continue;
      if (relation !== '>=' && relation !== '=') continue;
      const bound = upstreamOf(version);
      const before = bounds.get(needed);
      if (before === undefined || compareDottedVersions(bound, before) > 0) bounds.set(needed, bound);
      // A metapackage has the release's number; what is not one has its own and is looked into no further.
      if (bound === label) queue.push(needed);
    }
  }
  return bounds;
}

/** Before CUDA 11 every package has the toolkit's version, or that of a patch for it, or one from the table. */
function fromVersions(release: Release, indexes: readonly PackageIndex[]): PointRelease[] {
  // A package name may say less than a release does: libcudart11.0 is of CUDA 11.2 in one suite, of 11.8 in another.
  const found = packagesOf(release.versionOf, indexes).filter(({ version }) =>
    beginsWithVersion(upstreamOf(version), release.cuda),
  );
  const newest = found[0] === undefined ? null : upstreamOf(found[0].version);
  const versions = new Map(found.map((one) => [upstreamOf(one.version), releaseLabelOf(one.version)]));
  return [...versions].map(([cuda, label]) => {
    const warnings: string[] = [];
    const table = release.olderPins[cuda] ?? (cuda === newest ? release.pins : {});
    const pins = new Map<string, string>();
    if (release.suffix !== null && release.metapackages.length === 0) {
      for (const name of namesEndingWith(release.suffix, indexes)) {
        const own = packagesOf(name, indexes).find(({ version }) =>
          beginsWithVersion(upstreamOf(version), cuda),
        );
        if (own !== undefined) pins.set(name, own.version);
      }
    }
    for (const [name, wanted] of Object.entries(table)) {
      const all = packagesOf(name, indexes);
      const exact = all.find(({ version }) => upstreamOf(version) === wanted);
      if (exact !== undefined) pins.set(name, exact.version);
      else if (all[0] !== undefined) {
        warnings.push(
          `${name} ${wanted} belongs to CUDA ${cuda}, but the sources hold ${all.map(({ version }) => version).join(', ')}`,
        );
      }
    }
    return { release, cuda, labels: label === null ? [] : [label], pins, warnings };
  });
}

function namesEndingWith(suffix: string, indexes: readonly PackageIndex[]): Set<string> {
  const names = new Set<string>();
  for (const index of indexes) {
    for (const name of index.names()) if (name.endsWith(suffix)) names.add(name);
  }
  return names;
}
