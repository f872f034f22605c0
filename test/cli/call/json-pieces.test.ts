import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeDeep } from '../../../src/base/escape.ts';
import { jsonPieces } from '../../../src/cli/call/json-pieces.ts';

const whole = (document: unknown): string => [...jsonPieces(document)].join('');

describe('a document in pieces', () => {
  it('is what it is as one text', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (document) => {
        expect(whole(document)).toBe(`${JSON.stringify(escapeDeep(document), null, 2)}\n`);
      }),
    );
    const odd = {
      a: undefined,
      b: [undefined, 1],
      c: [],
      d: {},
      'e\u001b': ['\u001b[31m', ['\n', { f: [1] }]],
    };
    expect(whole(odd)).toBe(`${JSON.stringify(escapeDeep(odd), null, 2)}\n`);
    expect(whole({})).toBe('{}\n');
  });

  it('comes in pieces where it is long', () => {
    const list = Array.from({ length: 10_000 }, (_, at) => ({ name: `p${at}`, text: 'x'.repeat(50) }));
    for (const document of [{ list }, { facts: { list } }]) {
      const pieces = [...jsonPieces(document)];
      expect(pieces.length).toBeGreaterThan(5);
      expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000);
    }
  });
});
