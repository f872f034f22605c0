import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Window } from '../../src/base/window.ts';

describe('the last bytes of a stream', () => {
  it('are kept whatever the pieces are, and what stands before them is handed on, each byte once and in order', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 30 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 40 }), (all, most) => {
        const passed: number[] = [];
        const window = new Window(most, (bytes) => passed.push(...bytes));
        for (const piece of all) window.push(piece);
        const kept = [...window.end()];
        const whole = all.flatMap((piece) => [...piece]);
        expect(kept).toEqual(whole.slice(-most));
        expect([...passed, ...kept]).toEqual(whole);
      }),
    );
  });
});
