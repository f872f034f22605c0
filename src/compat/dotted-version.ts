/**
 * Versions of NVIDIA's drivers and toolkits: numbers between dots, compared number by number. Driver versions have
 * leading zeros that mean nothing ("535.183.06"). Debian package versions are another matter (src/apt/index/version.ts).
 */

/** Negative, zero or positive, as a comparator; a missing number counts as 0, so "580" equals "580.0". */
export function compareDottedVersions(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
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

function numbersOf(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}
