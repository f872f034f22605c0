/** Releases of Python that a specifier means: tables have ranges, and people and commands want "3.6". */
import { filter } from '@renovatebot/pep440';
import { DISTRIBUTIONS } from '../compat/distributions.ts';

/** Newer than any that has been published: a bound of the table decides. */
const NEWEST_MINOR = 24;
const RELEASES = ['2.7', ...Array.from({ length: NEWEST_MINOR + 1 }, (_, minor) => `3.${minor}`)];

/** Those that distributions bring, and all before them, newest first. */
export const PYTHON_RELEASES: readonly string[] = RELEASES.slice(
  0,
  1 + Math.max(...DISTRIBUTIONS.map(({ python }) => RELEASES.indexOf(python))),
).toReversed();

/** Whether some patch of a release ("3.6") is meant; null: any is. */
export function takesPython(specifier: string | null, release: string): boolean {
  return specifier === null || releasesMeant(specifier, [release]).length > 0;
}

/** Undefined where none is, or where it has no upper bound: which one is the newest is then not for us to say. */
export function newestPythonIn(specifier: string): string | undefined {
  const newest = releasesMeant(specifier, RELEASES).at(-1);
  return newest === RELEASES.at(-1) ? undefined : newest;
}

/** ">=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.7" is "2.7, 3.3 to 3.6", ">=3.10" is "3.10 or newer". */
export function pythonInWords(specifier: string): string {
  const meant = new Set(releasesMeant(specifier, RELEASES));
  const runs: string[][] = [];
  let before = false;
  for (const release of RELEASES) {
    // 3.0 does not follow 2.7.
    if (meant.has(release) && before && release !== '3.0') runs.at(-1)!.push(release);
    else if (meant.has(release)) runs.push([release]);
    before = meant.has(release);
  }
  const words = runs.map((run) => {
    const [first, last] = [run[0]!, run.at(-1)!];
    if (last === RELEASES.at(-1)) return `${first} or newer`;
    return first === last ? first : `${first} to ${last}`;
  });
  return words.length === 0 ? specifier : words.join(', ');
}

/** Specifier -> release -> whether it is meant: a plan asks the same for its commands and for what it says. */
const known = new Map<string, Map<string, boolean>>();

/** The specifier is read once for all of them; only one that names a patch can mean some of a release. */
function releasesMeant(specifier: string, releases: readonly string[]): string[] {
  const meant = known.get(specifier) ?? new Map<string, boolean>();
  known.set(specifier, meant);
  const asked = releases.filter((release) => !meant.has(release));
  const patches = /\d\.\d+\.\d/.test(specifier) ? [LAST_PATCH, 0] : [LAST_PATCH];
  const found = patches.flatMap((patch) =>
    filter(
      asked.map((release) => `${release}.${patch}`),
      specifier,
    ).map((version) => version.slice(0, version.lastIndexOf('.'))),
  );
  for (const release of asked) meant.set(release, found.includes(release));
  return releases.filter((release) => meant.get(release));
}

const LAST_PATCH = 99;
