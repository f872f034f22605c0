/** A log comes from anywhere: no pattern may take more than time in proportion to the text. */
import { describe, expect, it } from 'vitest';
import { readLog } from '../../src/doctor/diagnose.ts';
import { DIAGNOSES } from '../../src/doctor/registry.ts';
import { linesOfLog, MAX_LINE } from '../../src/doctor/text/lines.ts';
import type { TextPattern } from '../../src/doctor/types.ts';

const patterns = DIAGNOSES.flatMap(({ code, text }) => (text ?? []).map((pattern) => ({ code, pattern })));

/** Quantifiers without an upper bound, outside character classes and escapes: *, +, {n,}. */
function unbounded({ pattern }: TextPattern): number {
  const bare = pattern.source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  return (bare.match(/[*+]|\{\d+,\}/g) ?? []).length;
}

/** Words of the pattern's own source: what makes it start over and over. */
function adversarial(pattern: TextPattern, length: number): string[] {
  const words = [
    pattern.literal,
    ...pattern.pattern.source
      .replace(/\\[a-zA-Z]|[^\w/:.' -]+/g, ' ')
      .trim()
      .split(/ {2,}/),
  ];
  return words
    .filter((word) => word.length > 1)
    .map((word) => `${word} `.repeat(Math.ceil(length / (word.length + 1))).slice(0, length));
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe('hostile text', () => {
  it.each(patterns)('$code: $pattern.literal keeps the rules of patterns', ({ pattern }) => {
    expect(pattern.literal).toBe(pattern.literal.toLowerCase());
    expect(pattern.literal.length).toBeGreaterThan(1);
    expect(unbounded(pattern)).toBeLessThanOrEqual(1);
    expect(pattern.pattern.global || pattern.pattern.sticky).toBe(false);
  });

  it('no pattern grows faster than its text does, on lines made of its own words', () => {
    const slow: string[] = [];
    for (const { code, pattern } of patterns) {
      const [short, long] = [1024, MAX_LINE].map((length) =>
        Math.min(
          ...[1, 2, 3].map(() =>
            milliseconds(() => {
              for (const line of adversarial(pattern, length))
                for (let i = 0; i < 20; i++) pattern.pattern.exec(line);
            }),
          ),
        ),
      ) as [number, number];
      // Four times the text: quadratic is 16 times, exponential far more. Times near zero say nothing.
      if (long > 20 && long > short * 12)
        slow.push(`${code} ${pattern.literal}: ${short.toFixed(1)} -> ${long.toFixed(1)} ms`);
    }
    expect(slow).toEqual([]);
  });

  it('cuts lines and takes any line ending', () => {
    const { lines } = linesOfLog(`${'x'.repeat(10_000)}\r\nNVRM\rnext`);
    expect(lines.map(({ text }) => text.length)).toEqual([MAX_LINE, 4, 4]);
  });

  it('words past the cut are not read', () => {
    expect(readLog(`${' '.repeat(MAX_LINE)}No space left on device`)).toEqual([]);
  });
});
