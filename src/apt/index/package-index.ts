/** All that one source offers: the texts of its components as one index. */
import type { PackageArchitecture } from '../../base/architecture.ts';
import { compareVersions } from './version.ts';
import type { PackagesText } from './packages-text.ts';
import type { IndexedPackage, PackageIndex, SignedRelease, Source } from '../types.ts';

export function packageIndex(
  source: Source,
  release: SignedRelease,
  texts: readonly PackagesText[],
  warnings: readonly string[],
): PackageIndex {
  const asked = new Map<string, readonly IndexedPackage[]>();
  let names: readonly string[] | undefined;
  return {
    source,
    release,
    packages(name) {
      let found = asked.get(name);
      if (found === undefined) {
        found = newestFirst(texts.flatMap((text) => text.packages(name, source.id, release.suite)));
        asked.set(name, found);
      }
      return found;
    },
    names: () => (names ??= allNames(texts)),
    providers: (name) => newestFirst(texts.flatMap((text) => text.providers(name, source.id, release.suite))),
    warnings: [...warnings, ...texts.flatMap((text) => text.warnings)],
  };
}

/** The same index, less what is of another architecture: a source may serve several. */
export function ofArchitecture(index: PackageIndex, architecture: PackageArchitecture): PackageIndex {
  const own = (packages: readonly IndexedPackage[]): readonly IndexedPackage[] =>
    packages.filter((one) => one.architecture === architecture || one.architecture === 'all');
  return {
    ...index,
    packages: (name) => own(index.packages(name)),
    providers: (name) => own(index.providers(name)),
  };
}

/** Each once. The first text is the largest by far, and its names are not asked after in the others. */
function allNames(texts: readonly PackagesText[]): readonly string[] {
  return texts.flatMap((text, at) => {
    const before = texts.slice(0, at);
    return [...text.names()].filter((name) => !before.some((one) => one.has(name)));
  });
}

/** Stable: equal versions stay in the order of the index. */
function newestFirst(packages: IndexedPackage[]): IndexedPackage[] {
  return packages.sort((a, b) => compareVersions(b.version, a.version));
}
