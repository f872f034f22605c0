/** What a source offers to `install`, as `search` prints it. */
import type { PackageIndex } from '../../apt/types.ts';
import { mayMeanVersion, meansVersion } from '../../compat/version-range.ts';
import { libraryBuilds } from './choose-library.ts';
import type { LibraryBuild } from './choose-library.ts';
import { heldReleases, packagingOf } from './choose-release.ts';
import { pointReleases } from './point-releases.ts';
import type { Spec } from './request.ts';

export interface Offer {
  /** Newest first. `labels`: other numbers of the same release, "11.8.0" of 11.8.89. */
  cuda: readonly { version: string; labels: readonly string[] }[];
  cudnn: readonly LibraryBuild[];
  nccl: readonly LibraryBuild[];
}

/**
 * @param specs narrow the answer: CUDA versions to those meant, libraries to those meant that were built for one of the
 *   CUDA versions meant; empty: everything
 */
export function offersOf(index: PackageIndex, specs: readonly Spec[]): Offer {
  const wanted = new Map(specs.map(({ name, version }) => [name, version]));
  const asks = (name: string): boolean => wanted.size === 0 || wanted.has(name);
  const means = (name: string, version: string): boolean => {
    const asked = wanted.get(name) ?? null;
    return asked === null || meansVersion(version, asked);
  };
  const toolkits = heldReleases(packagingOf([index]), [index])
    .flatMap((release) => pointReleases(release, [index]))
    .map(({ cuda, labels }) => ({ version: cuda, labels }))
    .filter(({ version, labels }) => [version, ...labels].some((one) => means('cuda', one)));
  const libraries = (library: 'cudnn' | 'nccl'): readonly LibraryBuild[] =>
    asks(library)
      ? libraryBuilds(library, index).filter(
          (build) => means(library, build.version) && servesCuda(build.cuda, wanted.get('cuda') ?? null),
        )
      : [];
  return { cuda: asks('cuda') ? toolkits : [], cudnn: libraries('cudnn'), nccl: libraries('nccl') };
}

/** A build for "12" serves 12.4, one for "10.0" serves what "10" means. */
function servesCuda(built: string, asked: string | null): boolean {
  return asked === null || mayMeanVersion(built, asked);
}
