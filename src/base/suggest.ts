/** Did-you-mean: the names nearest to what was typed, best first, and never one that means the opposite. */

/** @returns names that may have been meant; of two opposites (install, uninstall) only the one that is nearer */
export function nearest(typed: string, names: Iterable<string>, most = 3): string[] {
  const wanted = typed.toLowerCase();
  const close = [...new Set(names)]
    .map((name) => ({ name, lower: name.toLowerCase() }))
    .map((one) => ({ ...one, distance: editDistance(wanted, one.lower) }))
    .filter(({ lower, distance }) => isNear(wanted, lower, distance) && !meansOpposite(wanted, lower));
  return close
    .filter(
      (one) => !close.some((other) => areOpposites(one.lower, other.lower) && other.distance <= one.distance),
    )
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** Of short words at most half may differ: nothing of "rm" is in "run". */
function isNear(wanted: string, name: string, distance: number): boolean {
  const most = Math.max(2, Math.floor(name.length / 3));
  const half = Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 2));
  return distance <= Math.min(most, half) || name.startsWith(wanted);
}

/** What turns a word into its opposite, in front of it or behind it; options have it behind their dashes. */
const BEFORE = ['un', 'dis', 'de', 'non', 'no-', 'not-'];
const BEHIND = ['out', '-off'];

/** The word without what negates it, once for each way in which it can be read so: "--without" is "--with". */
function affirmed(word: string): string[] {
  const [dashes = ''] = /^-*/.exec(word) ?? [];
  const body = word.slice(dashes.length);
  return [
    ...BEFORE.filter((mark) => body.startsWith(mark)).map((mark) => body.slice(mark.length)),
    ...BEHIND.filter((mark) => body.endsWith(mark)).map((mark) => body.slice(0, -mark.length)),
  ]
    .filter((rest) => rest !== '')
    .map((rest) => dashes + rest);
}

function areOpposites(one: string, other: string): boolean {
  return affirmed(one).includes(other) || affirmed(other).includes(one);
}

/**
 * Whether one of two words, slips of the pen included, negates the other: without the negation it is nearer. "unistall"
 * is two edits from "install", "istall" is one.
 */
function meansOpposite(wanted: string, name: string): boolean {
  if (affirmed(name).includes(wanted)) return true;
  // The beginning of a name is on its way to it.
  if (name.startsWith(wanted)) return false;
  const distance = editDistance(wanted, name);
  return (
    affirmed(wanted).some((rest) => editDistance(rest, name) < distance) ||
    affirmed(name).some((rest) => editDistance(wanted, rest) < distance)
  );
}

/** Damerau-Levenshtein (optimal string alignment) distance; inputs are cut at 100 characters. */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, 100);
  const b = right.slice(0, 100);
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
