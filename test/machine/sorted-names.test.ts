import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesBeginning } from '../../src/machine/sorted-names.ts';

describe('namesBeginning', () => {
  it('finds all that begin so, wherever they stand', () => {
    const names = ['g++', 'g++-12', 'g++x', 'gcc', 'gcc-12', 'gcd'];
    expect(namesBeginning(names, 'g++')).toEqual(['g++', 'g++-12', 'g++x']);
    expect(namesBeginning(names, 'gc')).toEqual(['gcc', 'gcc-12', 'gcd']);
    expect(namesBeginning(names, 'a')).toEqual([]);
    expect(namesBeginning(names, 'h')).toEqual([]);
    expect(namesBeginning(names, '')).toEqual(names);
    expect(namesBeginning([], 'a')).toEqual([]);
  });

  it('finds what looking at every name finds', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '\uffff', '\u{1f600}'), maxLength: 5 });
    fc.assert(
      fc.property(fc.array(name, { maxLength: 30 }), name, (all, beginning) => {
        const names = [...all].sort();
        expect(namesBeginning(names, beginning)).toEqual(names.filter((one) => one.startsWith(beginning)));
      }),
      { numRuns: 300 },
    );
  });
});
