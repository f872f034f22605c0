/** Which CUDA release, of those that the indexes hold, a request means. */
import type { PackageArchitecture } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { PackageIndex } from '../../apt/types.ts';
import { compareDottedVersions, majorOf } from '../../compat/dotted-version.ts';
import { firstReleaseIn, isPlainVersion, mayMeanVersion } from '../../compat/version-range.ts';
import { allReleases, PACKAGINGS, releaseFor, releasesFor } from '../../compat/releases.ts';
import type { Packaging, Release } from '../../compat/releases.ts';
import { nameOfGroup } from '../../compat/source-group.ts';
import { namesPoint, pointReleases } from './point-releases.ts';
import type { PointRelease } from './point-releases.ts';
import { formatSpec } from './spec.ts';

/** How many older versions a message lists. */
const LISTED = 12;
/** How many of them it calls the nearest. */
const NEAREST = 3;

/**
 * The newest that fits; where none does, the newest of all, which then says what it lacks.
 *
 * @param version as asked for, null: the newest
 * @param fits whether what else is asked for is there for it
 * @throws GpuSetupError `version-not-found`: names what these sources hold and which others have it
 */
export function chooseRelease(
  version: string | null,
  packaging: Packaging,
  architecture: PackageArchitecture,
  indexes: readonly PackageIndex[],
  fits: (point: PointRelease) => boolean = () => true,
): { chosen: PointRelease; newest: PointRelease } {
  const held = heldReleases(packaging, indexes);
  let newest: PointRelease | undefined;
  for (const release of held) {
    if (version !== null && !mayMeanVersion(release.cuda, version)) continue;
    const point = pointReleases(release, indexes).find((one) => version === null || namesPoint(one, version));
    if (point === undefined) continue;
    newest ??= point;
    if (fits(point)) return { chosen: point, newest };
  }
  if (newest !== undefined) return { chosen: newest, newest };
  throw notFound(version, architecture, held, indexes);
}

/** Whose packages a request is made of: its first source says so, or what the sources hold tells. */
export function packagingOf(indexes: readonly PackageIndex[]): Packaging {
  const said = indexes[0]?.source.packaging ?? null;
  return said ?? PACKAGINGS.find((one) => heldReleases(one, indexes).length > 0) ?? PACKAGINGS[0];
}

/** Releases that these indexes hold, newest first; those newer than the table too. */
export function heldReleases(packaging: Packaging, indexes: readonly PackageIndex[]): readonly Release[] {
  const known = allReleases().filter((release) => release.packaging === packaging);
  const newer = packaging === 'nvidia' ? newerThanTable(known[0]!, indexes) : [];
  return [...newer, ...known].filter((release) => pointReleases(release, indexes).length > 0);
}

/** cuda-cudart-13-4 in an index is CUDA 13.4, whether the table knows it or not. */
function newerThanTable(last: Release, indexes: readonly PackageIndex[]): Release[] {
  const versions = new Set<string>();
  for (const index of indexes) {
    for (const name of index.names()) {
      const match = /^cuda-cudart-(\d+)-(\d+)$/.exec(name);
      if (match !== null) versions.add(`${match[1]}.${match[2]}`);
    }
  }
  return [...versions]
    .filter((version) => compareDottedVersions(version, last.cuda) > 0)
    .sort((a, b) => compareDottedVersions(b, a))
    .flatMap((version) => releaseFor('nvidia', version) ?? []);
}

/**
 * Versions that may have been meant: those of the same major; where it has none, or a range was asked for, the next below
 * and above it.
 *
 * @param there newest first
 */
export function nearestVersions(
  version: string | null,
  there: readonly string[],
  name = 'cuda',
): { versions: readonly string[]; text: string } {
  const versions = version === null ? there.slice(0, 1) : near(version, there);
  const newest = versions.length === 1 && versions[0] === there[0];
  const specs = versions.map((one) => formatSpec({ name, version: one })).join(', ');
  return { versions, text: `${newest ? 'newest' : 'nearest'}: ${specs}` };
}

function near(version: string, there: readonly string[]): readonly string[] {
  const plain = isPlainVersion(version);
  const sameMajor = plain ? there.filter((one) => majorOf(one) === majorOf(version)) : [];
  if (sameMajor.length > 0) return sameMajor.slice(0, NEAREST);
  const others = there.filter((one) => !mayMeanVersion(one, version));
  const from = plain ? version : (firstReleaseIn(version) ?? '0');
  const below = others.find((one) => compareDottedVersions(one, from) < 0);
  const above = others.findLast((one) => compareDottedVersions(one, from) > 0);
  return [above, below].filter((one) => one !== undefined);
}

function notFound(
  version: string | null,
  architecture: PackageArchitecture,
  held: readonly Release[],
  indexes: readonly PackageIndex[],
): GpuSetupError {
  const sources = nameOfGroup(indexes.map(({ source }) => source.id));
  const there = [
    ...new Set(held.flatMap((release) => pointReleases(release, indexes).map(({ cuda }) => cuda))),
  ];
  const elsewhere = releasesFor(version)
    .filter((release) => !held.includes(release))
    .flatMap(({ groups }) => groups[architecture] ?? [])
    .flatMap(([first]) => first ?? []);
  const others = [...new Set(elsewhere)].filter((id) => !indexes.some(({ source }) => source.id === id));
  const hint =
    version !== null && others.length > 0
      ? `CUDA ${version} can come from ${others.join(', ')}: name one with --source`
      : there.length === 0
        ? 'gpu-setup search shows what the sources offer'
        : `there is ${there.slice(0, LISTED).join(', ')}; ${nearestVersions(version, there).text}`;
  return new GpuSetupError(
    'version-not-found',
    version === null ? `there is no CUDA toolkit in ${sources}` : `there is no CUDA ${version} in ${sources}`,
    { hint, details: { version, available: there, otherSources: others } },
  );
}
