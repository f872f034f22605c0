/**
 * What a version that was asked for means. It is the beginning of the versions that will do ("10" is any 10.x), or a
 * range of semver's:
 *
 *     >=11.8 <12      ^11.8      ~12.4      11.2 - 11.8      12.x || >=13.2
 *
 * semver knows three numbers and cuDNN has four (7.5.0.56), so the last two are put together in semver's third. As with
 * semver's own 1 and 1.2, what has fewer numbers stands for all that begin with them: >7.5.0 does not mean 7.5.0.56.
 */
import type { Range } from 'semver';
import semver from 'on-demand:semver';
import { beginsWithVersion, majorMinor } from './dotted-version.ts';

const PLAIN = /^\d{1,6}(?:\.\d{1,6}){0,4}$/;
const COMPARATOR = /^(\^|~|[<>]=?|=)?(\d{1,6}(?:\.\d{1,6}){0,3})(?:\.[xX*]){0,3}$/;
/** Fourth numbers have at most six digits. */
const THIRD = 1_000_000;

/** "10", "7.5.0.56": not a range. */
export function isPlainVersion(text: string): boolean {
  return PLAIN.test(text);
}

export function isVersionRange(text: string): boolean {
  return !isPlainVersion(text) && rangeOf(text) !== null;
}

/** @param wanted a plain version or a range, as `isPlainVersion` and `isVersionRange` know them */
export function meansVersion(version: string, wanted: string): boolean {
  if (isPlainVersion(wanted)) return beginsWithVersion(version, wanted);
  return rangeOf(wanted)?.test(threeNumbers(version)) ?? false;
}

/** Whether some version that begins with `beginning` may be meant: 11.8 by "11", "11.8.89" and ">=11.5 <12". */
export function mayMeanVersion(beginning: string, wanted: string): boolean {
  if (isPlainVersion(wanted))
    return beginsWithVersion(beginning, wanted) || beginsWithVersion(wanted, beginning);
  return rangeOf(wanted)?.intersects(rangeOf(beginning)!) ?? false;
}

/** Whether no version can be in a range: ">=12 <11". */
export function isEmptyRange(text: string): boolean {
  const range = rangeOf(text);
  return range !== null && semver().minVersion(range) === null;
}

/** What both mean, in as few words as it takes: "11.8" of "11" and "11.8"; null where no version is in both. */
export function meantByBoth(one: string, other: string): string | null {
  if (one === other || implies(other, one)) return other;
  if (implies(one, other)) return one;
  const both = one
    .split('||')
    .flatMap((left) => other.split('||').map((right) => `${left.trim()} ${right.trim()}`))
    .filter((text) => isVersionRange(text) && !isEmptyRange(text));
  return both.length === 0 ? null : both.join(' || ');
}

function implies(one: string, other: string): boolean {
  if (isPlainVersion(one) && isPlainVersion(other)) return beginsWithVersion(one, other);
  const [inner, outer] = [rangeOf(one), rangeOf(other)];
  return inner !== null && outer !== null && semver().subset(inner, outer);
}

/** "13.5" of ">=13.5": the first release that a range may mean; null where it means none. */
export function firstReleaseIn(wanted: string): string | null {
  const range = rangeOf(wanted);
  const first = range === null ? null : semver().minVersion(range);
  return first === null ? null : majorMinor(first.version);
}

const known = new Map<string, Range | null>();

/** Null for what is no range. */
function rangeOf(text: string): Range | null {
  let range = known.get(text);
  if (range === undefined) {
    range = readRange(text);
    known.set(text, range);
  }
  return range;
}

function readRange(text: string): Range | null {
  if (text !== text.trim()) return null;
  const alternatives = text.split('||').map(readAlternative);
  if (alternatives.includes(null)) return null;
  try {
    return new (semver().Range)(alternatives.join(' || '));
  } catch {
    return null;
  }
}

function readAlternative(text: string): string | null {
  const words = text
    .replace(/([\d.xX*]+)\s+-\s+([\d.xX*]+)/g, '>=$1 <=$2')
    .replace(/([<>=^~])\s+/g, '$1')
    .trim()
    .split(/\s+/)
    .map(readComparator);
  return words.includes(null) ? null : words.join(' ');
}

function readComparator(text: string): string | null {
  const match = COMPARATOR.exec(text);
  if (match === null) return null;
  const operator = match[1] ?? '';
  const [a, b, c, d] = match[2]!.split('.').map(Number);
  if (b === undefined) return `${operator}${a!}`;
  if (c === undefined) return `${operator}${a}.${b}`;
  const at = (third: number): string => `${a}.${b}.${third}`;
  if (d !== undefined) return `${operator}${at(c * THIRD + d)}`;
  const begin = at(c * THIRD);
  const end = at((c + 1) * THIRD);
  switch (operator) {
    case '':
    case '=':
      return `>=${begin} <${end}`;
    case '>':
      return `>=${end}`;
    case '<=':
      return `<${end}`;
    default:
      return `${operator}${begin}`;
  }
}

function threeNumbers(version: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return `${a}.${b}.${c * THIRD + Math.min(d, THIRD - 1)}`;
}
