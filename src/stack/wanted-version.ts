/**
 * Which published versions a wanted version means. Tables of frameworks have a row for a release ("2.4", or "2.4.0") and none
 * for each of its patches, which load the same CUDA: so a row stands for a patch that has no row of its own.
 */
import { satisfies, validRange } from '@renovatebot/pep440';
import { beginsWithVersion, compareDottedVersions, majorMinor } from '../compat/dotted-version.ts';
import { isPlainVersion, isVersionRange, mayMeanVersion, meansVersion } from '../compat/version-range.ts';
import type { Wanted } from './types.ts';

type Asked = Pick<Wanted, 'version' | 'notation'>;

/** More patches than any release has had. */
const PATCHES = 40;

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

/** Whether two wanted versions leave any version at all that is both. */
export function haveCommonVersion(one: Asked, other: Asked, published: readonly string[]): boolean {
  const first = new Set(versionsMeant(one, published));
  return versionsMeant(other, published).some((version) => first.has(version));
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
  return Array.from({ length: PATCHES }, (_, patch) => `${release}.${patch}`).some((patch) =>
    satisfies(patch, version!),
  );
}

/** Versions that are the only row of their release. */
function minorsWithOneRow(published: readonly string[]): string[] {
  const distinct = [...new Set(published)];
  return distinct.filter((one) => {
    const release = majorMinor(one);
    return (
      release !== null && distinct.filter((other) => beginsWithVersion(other, release)).length === 1
    );
  });
}

/** The published versions nearest to one that was never published, nearest first. */
export function nearestPublished(version: string, published: readonly string[], most = 3): readonly string[] {
  const wanted = /\d+(?:\.\d+)*/.exec(version)?.[0];
  const distinct = [...new Set(published)].sort(compareDottedVersions);
  if (wanted === undefined) return distinct.slice(-most).reverse();
  const same = (depth: number): string[] => {
    const beginning = wanted.split('.').slice(0, depth).join('.');
    return distinct.filter((one) => beginsWithVersion(one, beginning));
  };
  const above = distinct.findIndex((one) => compareDottedVersions(one, wanted) > 0);
  const at = above < 0 ? distinct.length : above;
  const around = [distinct[at - 1], distinct[at]].filter((one) => one !== undefined);
  return [...new Set([...around, ...same(1).slice(-1)])].slice(0, most);
}
