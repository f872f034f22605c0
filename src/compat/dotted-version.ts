/**
 * Versions of NVIDIA's drivers and toolkits: numbers between dots, compared number by number. Driver versions have
 * leading zeros that mean nothing ("535.183.06"). Debian package versions are another matter (src/apt/index/version.ts).
 */

/**
 * Negative, zero or positive, as a comparator; a missing number counts as 0, so "580" equals "580.0", and so does a part that begins
 * with none. Read character by character: plans compare some hundred thousand of them.
 */
export function compareDottedVersions(a: string, b: string): number {
  let left = 0;
  let right = 0;
  while (left < a.length || right < b.length) {
    const one = numberAt(a, left);
    const other = numberAt(b, right);
    if (one !== other) return one < other ? -1 : 1;
    left = afterDot(a, left);
    right = afterDot(b, right);
  }
  return 0;
}

/** "10.0" of "10.0.130"; null for what does not begin with two numbers. */
export function majorMinor(version: string): string | null {
  const match = /^(\d{1,6})\.(\d{1,6})(?!\d)/.exec(version);
  return match ? `${Number(match[1])}.${Number(match[2])}` : null;
}

/** The first number; null where there is none. */
export function majorOf(version: string): number | null {
  const match = /^\d{1,6}(?!\d)/.exec(version);
  return match ? Number(match[0]) : null;
}

/** Whether `version` begins with all numbers of `prefix`: "10.0.130" with "10.0", not "10.10" with "10.1". */
export function beginsWithVersion(version: string, prefix: string): boolean {
  return version === prefix || version.startsWith(`${prefix}.`);
}

const DOT = 46;
const ZERO = 48;

/** The number that a part begins with; 0 where there is none. */
function numberAt(version: string, from: number): number {
  let number = 0;
  for (let at = from; at < version.length; at++) {
    const digit = version.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  return number;
}

function afterDot(version: string, from: number): number {
  let at = from;
  while (at < version.length && version.charCodeAt(at) !== DOT) at++;
  return at + 1;
}
