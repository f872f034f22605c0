/** Releases of Python that a specifier means: tables have ranges, and people and commands want "3.6". */
import { satisfies } from '@renovatebot/pep440';

/** Newer than any that has been published: a bound of the table decides. */
const NEWEST_MINOR = 24;
const RELEASES = ['2.7', ...Array.from({ length: NEWEST_MINOR + 1 }, (_, minor) => `3.${minor}`)];

/** Whether some patch of a release ("3.6") is meant; null: any is. */
export function takesPython(specifier: string | null, release: string): boolean {
  if (specifier === null) return true;
  // Only one that names a patch can mean some of a release.
  const patches = /\d\.\d+\.\d/.test(specifier) ? [99, 0] : [99];
  return patches.some((patch) => satisfies(`${release}.${patch}`, specifier));
}

/** Undefined where none is, or where it has no upper bound: which one is the newest is then not for us to say. */
export function newestPythonIn(specifier: string): string | undefined {
  const newest = RELEASES.findLast((release) => takesPython(specifier, release));
  return newest === RELEASES.at(-1) ? undefined : newest;
}

/** ">=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.7" is "2.7, 3.3 to 3.6", ">=3.10" is "3.10 or newer". */
export function pythonInWords(specifier: string): string {
  const runs: string[][] = [];
  let before = false;
  for (const release of RELEASES) {
    const isMeant = takesPython(specifier, release);
    // 3.0 does not follow 2.7.
    if (isMeant && before && release !== '3.0') runs.at(-1)!.push(release);
    else if (isMeant) runs.push([release]);
    before = isMeant;
  }
  const words = runs.map((run) => {
    const [first, last] = [run[0]!, run.at(-1)!];
    if (last === RELEASES.at(-1)) return `${first} or newer`;
    return first === last ? first : `${first} to ${last}`;
  });
  return words.length === 0 ? specifier : words.join(', ');
}
