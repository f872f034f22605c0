/** What the families of text reach on lines as programs wrote them; those that were kept aside are counted on their own. */
import { describe, expect, it } from 'vitest';
import { readLog } from '../../../src/doctor/diagnose.ts';
import { COLLECTED_BUILDS } from './collected-builds.ts';
import { COLLECTED_CONTAINERS } from './collected-containers.ts';
import { COLLECTED_FRAMEWORKS } from './collected-frameworks.ts';
import { COLLECTED_KERNEL } from './collected-kernel.ts';
import { COLLECTED_MODULES } from './collected-modules.ts';
import { COLLECTED_PACKAGING } from './collected-packaging.ts';
import { COLLECTED, type CollectedLine } from './collected-lines.ts';

const ALL: readonly CollectedLine[] = [
  ...COLLECTED,
  ...COLLECTED_BUILDS,
  ...COLLECTED_FRAMEWORKS,
  ...COLLECTED_MODULES,
  ...COLLECTED_KERNEL,
  ...COLLECTED_CONTAINERS,
  ...COLLECTED_PACKAGING,
];

function miss({ source, text, codes }: CollectedLine): string | null {
  const found = readLog(text);
  const first = found[0]?.code;
  if (codes.length === 0)
    return found[0]?.severity === 'error' ? `${source}: ${first} where nothing is wrong` : null;
  return first !== undefined && codes.includes(first) ? null : `${source}: ${first ?? 'nothing'}`;
}

const missesOf = (lines: readonly CollectedLine[]): string[] => lines.map(miss).filter((one) => one !== null);

describe('collected lines', () => {
  it('those that the families were written with are all understood', () => {
    expect(missesOf(ALL.filter(({ aside }) => aside === undefined))).toEqual([]);
  });

  it('those that were kept aside are understood as well', () => {
    const aside = ALL.filter((one) => one.aside);
    const misses = missesOf(aside);
    console.log(`kept aside: ${aside.length - misses.length} of ${aside.length} right`);
    expect(misses).toEqual([]);
  });
});
