/** A log comes from anywhere: no pattern may take more than time in proportion to the text. */
import { describe, expect, it } from 'vitest';
import { readLog } from '../../src/doctor/diagnose.ts';
import { linesOfLog, literalsOf, MAX_LINE } from '../../src/doctor/text/lines.ts';
import { FAMILIES } from '../../src/doctor/witness/read.ts';

interface Tried {
  literal: string | readonly string[];
  pattern: RegExp;
}

/** All patterns that are run on a text, with the name of their family. */
const patterns: readonly { code: string; pattern: Tried }[] = FAMILIES.flatMap(({ name, sentences }) =>
  sentences.map(({ literal, pattern }) => ({ code: name, pattern: { literal, pattern } })),
);

/** Quantifiers without an upper bound, outside character classes and escapes: *, +, {n,}. */
function unbounded({ pattern }: Tried): number {
  const bare = pattern.source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  return (bare.match(/[*+]|\{\d+,\}/g) ?? []).length;
}

/** Words of the pattern's own source: what makes it start over and over. */
function adversarial(pattern: Tried, length: number): string[] {
  const words = [
    ...literalsOf(pattern),
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

/** Every way through the alternatives of a pattern, as far as literals go: `a(?:b|c)?d` is `abd`, `acd`, `ad`. */
function expand(source: string): string[] {
  const parse = (at: number): { ways: string[]; at: number } => {
    const ways: string[] = [];
    let current = [''];
    const append = (parts: readonly string[]): void => {
      current = current.flatMap((head) => parts.map((tail) => head + tail)).slice(0, 4096);
    };
    let i = at;
    while (i < source.length && source[i] !== ')') {
      let parts: string[];
      if (source[i] === '|') {
        ways.push(...current);
        current = [''];
        i++;
        continue;
      } else if (source[i] === '(') {
        const open = /^\((?:\?(?::|<?!|<?=))?/.exec(source.slice(i))![0];
        const inner = parse(i + open.length);
        parts = open !== '(' && open !== '(?:' ? [''] : inner.ways;
        i = inner.at + 1;
      } else if (source[i] === '[') {
        i += /^\[(?:\\.|[^\]\\])*\]/.exec(source.slice(i))![0].length;
        parts = ['\u0000'];
      } else if (source[i] === '\\') {
        parts = [/[a-zA-Z]/.test(source[i + 1]!) ? (source[i + 1] === 'b' ? '' : '\u0000') : source[i + 1]!];
        i += 2;
      } else {
        parts = ['^$'.includes(source[i]!) ? '' : source[i] === '.' ? '\u0000' : source[i]!];
        i++;
      }
      const quantifier = /^(?:[?*+]|\{\d+(?:,\d*)?\})/.exec(source.slice(i))?.[0] ?? '';
      i += quantifier.length;
      append(/^[?*]|^\{0/.test(quantifier) ? [...parts, ''] : parts);
    }
    return { ways: [...ways, ...current], at: i };
  };
  return parse(0).ways;
}

describe('hostile text', () => {
  it('whatever a pattern matches holds its literal: else that part of it would never be tried', () => {
    const dead = patterns.flatMap(({ code, pattern }) =>
      expand(pattern.pattern.source.toLowerCase().replace(/\\s/g, ' '))
        .filter((way) => !literalsOf(pattern).some((literal) => way.includes(literal)))
        .map((way) => `${code}: ${way}`),
    );
    expect(dead).toEqual([]);
  });

  it.each(patterns)('$code: each pattern keeps the rules', ({ pattern }) => {
    for (const literal of literalsOf(pattern)) {
      expect(literal).toBe(literal.toLowerCase());
      expect(literal.length).toBeGreaterThan(1);
    }
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
      // Four times the text: quadratic is 16 times, exponential far more. Times near zero say nothing, and a
      // quadratic one takes a second.
      if (long > 100 && long > short * 12)
        slow.push(`${code} ${pattern.pattern.source}: ${short.toFixed(1)} -> ${long.toFixed(1)} ms`);
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
