import { describe, expect, it } from 'vitest';
import { distributionOf, DISTRIBUTIONS, nearestDistributions } from '../../src/compat/distributions.ts';
import { PACKAGED_GCC } from '../../src/compat/distro-gcc.ts';

describe('distributions', () => {
  it('are found by the words of os-release', () => {
    expect(distributionOf('ubuntu', '18.04')).toMatchObject({
      codename: 'bionic',
      glibc: '2.27',
      python: '3.6',
      gccPackaged: ['4.8', '5', '6', '7', '8'],
    });
    expect(distributionOf('debian', null)?.codename).toBe('trixie');
    expect(distributionOf('ubuntu', '17.04')).toBeNull();
    expect(distributionOf('plan9', null)).toBeNull();
  });

  it('that may have been meant are named', () => {
    expect(nearestDistributions('ubunto 22.04')).toContain('ubuntu 22.04');
    expect(nearestDistributions('')).toHaveLength(3);
  });

  it('know that their default gcc is packaged; nvcc is told only of lists that were seen', () => {
    for (const { id, version, gccDefault, gccPackaged } of DISTRIBUTIONS)
      expect(gccPackaged, `${id} ${version}`).toContain(gccDefault.split('.')[0]);
    const told = PACKAGED_GCC.map(({ codename }) => codename);
    expect(told).toContain('jammy');
    expect(told).not.toContain('lunar');
  });
});
