/** What a source offers to `install`. */
import type { PackageIndex } from '../../apt/types.ts';
import { mayMeanVersion, meansVersion } from '../../compat/version-range.ts';
import { libraryBuilds } from './choose-library.ts';
import type { LibraryBuild, LibraryName } from './choose-library.ts';
import { heldReleases, packagingOf } from './choose-release.ts';
import { namesPoint, pointReleases, type PointRelease } from './point-releases.ts';
import type { Spec } from './request.ts';

export interface Offer {
  /** Newest first. `labels`: other numbers of the same release, "11.8.0" of 11.8.89. */
  cuda: readonly { version: string; labels: readonly string[] }[];
  cudnn: readonly LibraryBuild[];
  nccl: readonly LibraryBuild[];
  tensorrt: readonly LibraryBuild[];
}

/**
 * @param specs narrow the answer: CUDA versions to those meant, libraries to those meant that were built for one of the
 *   CUDA versions meant; empty: everything
 */
export function offersOf(indexes: readonly PackageIndex[], specs: readonly Spec[]): Offer {
  const wanted = new Map(specs.map(({ name, version }) => [name, version]));
  const asks = (name: string): boolean => wanted.size === 0 || wanted.has(name);
  const libraries = (library: LibraryName): readonly LibraryBuild[] =>
    asks(library) ? indexes.flatMap((index) => buildsMeant(library, index, wanted)) : [];
  return {
    cuda: asks('cuda') ? toolkits(indexes, wanted.get('cuda') ?? null) : [],
    cudnn: libraries('cudnn'),
    nccl: libraries('nccl'),
    tensorrt: libraries('tensorrt'),
  };
}

/** Point releases that are meant, newest first. */
export function pointsMeant(
  indexes: readonly PackageIndex[],
  version: string | null,
): readonly PointRelease[] {
  return heldReleases(packagingOf(indexes), indexes)
    .flatMap((release) => pointReleases(release, indexes))
    .filter((point) => version === null || namesPoint(point, version));
}

/** Two labels may share one version: 12.2.1 and 12.2.2 are both 12.2.140. */
function toolkits(indexes: readonly PackageIndex[], version: string | null): Offer['cuda'] {
  const labels = new Map<string, Set<string>>();
  for (const point of pointsMeant(indexes, version)) {
    const all = labels.get(point.cuda) ?? new Set();
    point.labels.forEach((label) => all.add(label));
    labels.set(point.cuda, all);
  }
  return [...labels].map(([cuda, all]) => ({ version: cuda, labels: [...all] }));
}

function buildsMeant(
  library: LibraryName,
  index: PackageIndex,
  wanted: ReadonlyMap<string, string | null>,
): readonly LibraryBuild[] {
  const version = wanted.get(library) ?? null;
  const cuda = wanted.get('cuda') ?? null;
  return libraryBuilds(library, index).filter(
    (build) =>
      (version === null || meansVersion(build.version, version)) &&
      // A build for "12" serves 12.4, one for "10.0" serves what "10" means.
      (cuda === null || mayMeanVersion(build.cuda, cuda)),
  );
}
