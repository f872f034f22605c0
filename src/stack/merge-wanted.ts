/** One wanted version per name, and per recipe that needs it: files, recipes and words ask for the same thing in several places. */
import { usageError } from '../base/errors.ts';
import { isPlainVersion } from '../compat/version-range.ts';
import { publishedVersions, titleOf } from './published.ts';
import { pythonSpecifier } from './requirements/poetry-range.ts';
import type { Wanted } from './types.ts';
import { versionsMeant } from './wanted-version.ts';

/** Of things without a table: every release that Python may have had. */
const ANY_MINORS = [2, 3].flatMap((major) => Array.from({ length: 40 }, (_, minor) => `${major}.${minor}`));

/**
 * @returns in the order in which the names came first
 * @throws GpuSetupError (exit code 2) `requirements-contradict`: no version is all that is asked for
 */
export function mergeWanted(all: readonly Wanted[]): readonly Wanted[] {
  const merged = new Map<string, Wanted>();
  for (const one of all) {
    const key = `${one.recipe ?? ''} ${one.name}`;
    const before = merged.get(key);
    merged.set(key, before === undefined ? one : both(before, one));
  }
  return [...merged.values()];
}

function both(one: Wanted, other: Wanted): Wanted {
  const from = one.from === other.from ? one.from : `${one.from}; ${other.from}`;
  if (one.build !== null && other.build !== null && one.build !== other.build) {
    throw contradiction(one, other, [`as ${one.build}`, `as ${other.build}`]);
  }
  return { ...commonVersion(one, other), build: one.build ?? other.build, from };
}

function commonVersion(one: Wanted, other: Wanted): Wanted {
  if (other.version === null || (one.version === other.version && one.notation === other.notation))
    return one;
  if (one.version === null) return other;
  const published = publishedVersions(one.name) ?? ANY_MINORS;
  const [first, second] = [versionsMeant(one, published), versionsMeant(other, published)];
  const common = first.filter((version) => second.includes(version));
  if (common.length === 0) {
    throw contradiction(one, other, [one.version, other.version]);
  }
  // One that says no more than the other adds nothing; of equal ones the longer is the more exact.
  if (
    common.length === first.length &&
    (first.length < second.length || one.version.length >= other.version.length)
  )
    return one;
  if (common.length === second.length) return other;
  const specifiers = [one, other].map(pep440Of);
  return { ...one, version: specifiers.join(','), notation: 'pep440' };
}

/** What another notation says, in PEP 440's words. */
function pep440Of({ version, notation }: Wanted): string {
  if (notation === 'pep440') return version!;
  if (isPlainVersion(version!)) return `==${version}.*`;
  return pythonSpecifier(version!.trim().split(/\s+/).join(',')) ?? '';
}

function contradiction(one: Wanted, other: Wanted, what: readonly string[]): Error {
  const [first, second] = what;
  return usageError(
    'requirements-contradict',
    `${titleOf(one.name)} is asked for ${first} (${one.from}) and ${second} (${other.from}), and nothing is both`,
    { details: { name: one.name, asked: [one, other] } },
  );
}
