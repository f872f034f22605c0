/** What the families of text reach on lines as programs wrote them; those that were kept aside are counted on their own. */
import { describe, expect, it } from 'vitest';
import { ALL_COLLECTED, missOf } from './all-collected.ts';
import type { CollectedLine } from './collected-lines.ts';

const missesOf = (lines: readonly CollectedLine[]): string[] =>
  lines.map(missOf).filter((one) => one !== null);

describe('collected lines', () => {
  it('those that the families were written with are all understood', () => {
    expect(missesOf(ALL_COLLECTED.filter(({ aside }) => aside === undefined))).toEqual([]);
  });

  it('those that were kept aside are understood as well', () => {
    const aside = ALL_COLLECTED.filter((one) => one.aside);
    const misses = missesOf(aside);
    console.log(`kept aside: ${aside.length - misses.length} of ${aside.length} right`);
    expect(misses).toEqual([]);
  });
});
