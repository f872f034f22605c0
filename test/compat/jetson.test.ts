import { describe, expect, it } from 'vitest';
import { jetsonRelease, moduleOfSoc, takesNewerCuda, takesServerCuda } from '../../src/compat/jetson.ts';
import table from '../../src/compat/data/jetson.json' with { type: 'json' };

describe('Jetsons', () => {
  it('are known by their system on chip, whatever board it is on', () => {
    expect(moduleOfSoc(['example,box', 'nvidia,tegra234'])?.computeCapability).toBe('8.7');
    expect(moduleOfSoc(['nvidia,tegra210'])?.computeCapability).toBe('5.3');
    expect(moduleOfSoc(['rockchip,rk3588'])).toBeNull();
  });

  it('every chip of the table has its GPU', () => {
    expect(table.chips.filter(({ compatible }) => moduleOfSoc([compatible]) === null)).toEqual([]);
  });

  it.each([
    ['L4T 36.4.3', '6.2', '12.6'],
    ['36.4.1', '6.1', '12.6'],
    ['R32.7.4', '4.6', '10.2'],
    ['L4T 35.4.1', '5.1.2', '11.4'],
  ])('%s is JetPack %s with CUDA %s', (release, jetpack, cuda) => {
    expect(jetsonRelease(release)).toMatchObject({ jetpack, cuda });
  });

  it('a release that the table lacks, and no release at all, is not known', () => {
    for (const release of ['L4T 99.1', 'L4T 3.64', 'tegra kernel', ''])
      expect(jetsonRelease(release)).toBeNull();
    expect([takesServerCuda('a kernel of Tegra'), takesNewerCuda('')]).toEqual([null, null]);
  });

  it('takes the packages of servers from JetPack 7 on, and newer CUDA from JetPack 5 on', () => {
    expect(['L4T 36.4.3', 'L4T 38.2'].map(takesServerCuda)).toEqual([false, true]);
    expect(['L4T 32.7.1', 'L4T 35.4.1'].map(takesNewerCuda)).toEqual([false, true]);
  });
});
