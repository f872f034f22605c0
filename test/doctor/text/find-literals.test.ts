import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLiterals } from '../../../src/doctor/text/find-literals.ts';

const linesOf = (text: string): { text: string }[] => text.split('\n').map((line) => ({ text: line }));

const found = (text: string, ...literals: string[]): Record<string, readonly number[]> =>
  Object.fromEntries(findLiterals(linesOf(text), literals));

describe('many literals in one pass', () => {
  it('finds on which lines each of them stands, once a line', () => {
    expect(found('cuda\nnothing\na cuda, and cuda again', 'cuda', 'again', 'nowhere')).toEqual({
      cuda: [0, 2],
      again: [2],
      nowhere: [],
    });
  });

  it('finds those that lie in others, and that begin where others end', () => {
    expect(found('libcudart', 'cuda', 'libcuda', 'dart', 'rt', 'a')).toEqual({
      cuda: [0],
      libcuda: [0],
      dart: [0],
      rt: [0],
      a: [0],
    });
  });

  it('takes nothing across the end of a line, or across what no literal holds', () => {
    expect(found('cu\nda cu\u00e4da', 'cuda')).toEqual({ cuda: [] });
  });

  it('finds a literal in letters of any case, and no other letter for it', () => {
    expect(found('CUDA Error\nCud\u00c4\n\u212aernel', 'cuda', '\u00e4', 'kernel', 'error')).toEqual({
      cuda: [0],
      '\u00e4': [1],
      kernel: [],
      error: [0],
    });
  });

  it('finds what a search for each finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '\n', '\u00e4'), maxLength: 60 });
    const literal = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', ' ', '\u00e4'),
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(word, fc.uniqueArray(literal, { maxLength: 12 }), (text, literals) => {
        const lines = text.split('\n');
        for (const [one, at] of findLiterals(linesOf(text), literals))
          expect(at).toEqual([...lines.keys()].filter((index) => lines[index]!.includes(one)));
      }),
    );
  });

  it('refuses a literal that no line can hold', () => {
    expect(() => findLiterals([], ['a\nb'])).toThrow(TypeError);
  });
});
