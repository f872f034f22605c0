/**
 * Which published versions a wanted version means. Tables of frameworks have a row for a release ("2.4", or "2.4.0") and none
 * for each of its patches, which load the same CUDA: so a row stands for a patch that has no row of its own.
 */
import { satisfies, validRange } from '@renovatebot/pep440';
import { compareDottedVersions, majorMinor, majorOf } from '../compat/dotted-version.ts';
import { isPlainVersion, isVersionRange, mayMeanVersion, meansVersion } from '../compat/version-range.ts';
import type { Wanted } from './types.ts';

type Asked = Pick<Wanted, 'version' | 'notation'>;

/** Whether a text is a version, or a range of versions, in its notation. */
export function isVersion({ version, notation }: Asked): boolean {
  if (version === null) return true;
  if (notation === 'pep440') return validRange(version);
  return isPlainVersion(version) || (notation === 'semver' && isVersionRange(version));
}

/**
 * Of published versions those that are meant, in their order.
 *
 * @param published as tables have them: "1.9.0", "2.14", "12.4"
 */
export function versionsMeant(asked: Asked, published: readonly string[]): readonly string[] {
  const { version } = asked;
  if (version === null) return published;
  const exact = published.filter((one) => means(asked, one));
  if (exact.length > 0 && isPlain(asked)) return exact;
  const alone = new Set(minorsWithOneRow(published));
  return published.filter((one) => exact.includes(one) || (alone.has(one) && standsFor(asked, one)));
}

const isPlain = ({ version, notation }: Asked): boolean => notation !== 'pep440' && isPlainVersion(version!);

function means({ version, notation }: Asked, published: string): boolean {
  return notation === 'pep440' ? satisfies(published, version!) : meansVersion(published, version!);
}

/** Whether some patch of the release that a row stands for is meant. */
function standsFor({ version, notation }: Asked, published: string): boolean {
  const release = majorMinor(published);
  if (release === null) return false;
  if (notation !== 'pep440') return mayMeanVersion(release, version!);
  return patchesAround(version!).some((patch) => satisfies(`${release}.${patch}`, version!));
}

/** Where a specifier begins or ends to hold: beside a patch that it names, at the first and at the last of all. */
function patchesAround(specifier: string): readonly number[] {
  const named = [...specifier.matchAll(/\d+\.\d+\.(\d{1,6})/g)].map(([, patch]) => Number(patch));
  return [...new Set([0, ...named.flatMap((patch) => [patch - 1, patch, patch + 1]), LAST_PATCH])].filter(
    (patch) => patch >= 0,
  );
}

/** More than any release has had. */
const LAST_PATCH = 999;

/** Versions that are the only row of their release. */
function minorsWithOneRow(published: readonly string[]): string[] {
  const rows = new Map<string, string[]>();
  for (const one of new Set(published)) {
    const release = majorMinor(one);
    if (release !== null) rows.set(release, [...(rows.get(release) ?? []), one]);
  }
  return [...rows.values()].filter(({ length }) => length === 1).flat();
}

/** The published versions nearest to one that was never published, on both sides, and the newest of its major. */
export function nearestPublished(version: string, published: readonly string[], most = 3): readonly string[] {
  const wanted = /\d+(?:\.\d+)*/.exec(version)?.[0] ?? '';
  const sorted = [...new Set(published)].sort(compareDottedVersions);
  const above = sorted.findIndex((one) => compareDottedVersions(one, wanted) > 0);
  const at = above < 0 ? sorted.length : above;
  const newest = sorted.filter((one) => majorOf(one) === majorOf(wanted)).slice(-1);
  const near = [sorted[at - 1], sorted[at], ...newest].filter((one) => one !== undefined);
  return [...new Set(near)].slice(0, most);
}
