import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sieve, type Sifted } from '../../../src/doctor/text/sieve.ts';

/** @param size of the pieces that it comes in */
function sift(text: string, words: readonly string[], size = text.length + 1): Sifted {
  const sieve = new Sieve(words);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) sieve.push(bytes.subarray(at, at + size));
  return sieve.end();
}

const numbered = ({ pieces }: Sifted): Map<number, string> =>
  new Map(
    pieces.flatMap(({ line, text }) =>
      text
        .replace(/\n$/, '')
        .split('\n')
        .map((one, at): [number, string] => [line + at, one]),
    ),
  );

const plain = (count: number): string[] => Array.from({ length: count }, (_, at) => `step ${at}`);

describe('the begin of a long log', () => {
  it('keeps a line with a word in letters of any case, with its number and its neighbours', () => {
    const lines = [...plain(100), 'CUDA Error here', ...plain(100)];
    const kept = numbered(sift(`${lines.join('\n')}\n`, ['cuda error']));
    expect(kept.get(101)).toBe('CUDA Error here');
    expect([kept.get(100), kept.get(102)]).toEqual(['step 99', 'step 0']);
    expect(kept.size).toBeLessThan(60);
  });

  it('counts what it saw, and hands on the line that was not ended', () => {
    expect(sift('one\ntwo\nthr', ['x'])).toEqual({
      bytes: 11,
      lines: 2,
      pieces: [],
      rest: 'thr',
      whole: true,
    });
  });

  it('keeps the same whatever the pieces are that it comes in', () => {
    const line = fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom('', 'a', 'step', 'g\u00e4b') },
      { weight: 1, arbitrary: fc.constantFrom('a cuda line', 'nvrm') },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (lines, size) => {
        const text = lines.join('\n');
        const [whole, parts] = [sift(text, ['cuda', 'nvrm']), sift(text, ['cuda', 'nvrm'], size)];
        const kept = numbered(parts);
        expect(kept).toEqual(numbered(whole));
        expect({ ...parts, pieces: [] }).toEqual({ ...whole, pieces: [] });
        for (const [number, one] of kept) expect(one).toBe(lines[number - 1]);
        const ended = lines.slice(0, -1).entries();
        for (const [at, one] of ended) if (/cuda|nvrm/.test(one)) expect(kept.has(at + 1)).toBe(true);
      }),
    );
  });

  it('keeps a word that stands once where another stands on every line', () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => (at === 40_000 ? 'gpu: xid' : 'gpu: fine'));
    const kept = numbered(sift(`${lines.join('\n')}\n`, ['gpu', 'xid'], 4096));
    expect(kept.get(40_001)).toBe('gpu: xid');
    expect(kept.size).toBeLessThan(500);
  });

  it('takes no memory for a line without an end', () => {
    const sieve = new Sieve(['cuda']);
    const bytes = Buffer.alloc(1 << 20, 'x');
    for (let at = 0; at < 20; at++) sieve.push(bytes);
    const { rest, lines } = sieve.end();
    expect([rest.length < 1 << 20, lines]).toEqual([true, 0]);
  });

  it('says where more was worth keeping than is kept', () => {
    const words = Array.from({ length: 2000 }, (_, at) => `word${at}end`);
    const lines = words.flatMap((word) => [word, ...Array.from({ length: 45 }, () => 'y'.repeat(300))]);
    expect(sift(`${lines.join('\n')}\n`, words, 1 << 20)).toMatchObject({ whole: false });
  });
});
