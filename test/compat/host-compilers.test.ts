import { describe, expect, it } from 'vitest';
import { hostCompilersForCuda, maxGccForCuda } from '../../src/compat/host-compilers.ts';

describe('host compilers', () => {
  it('have a ceiling per release', () => {
    expect(['9.0', '10.0.130', '10.2', '11.8.0', '13.0'].map(maxGccForCuda)).toEqual([6, 7, 8, 11, 15]);
    expect(maxGccForCuda('12.7'), 'no such toolkit').toBeNull();
    expect(hostCompilersForCuda('11.4')).toMatchObject({ gccMax: 11, gccSafe: 10 });
  });

  it.each([
    ['12.2', 16],
    ['12.2.2', 16],
    ['12.2.1', 15],
    ['12.2.0', 15],
    ['12.2.140', 16],
  ])('Clang up to CUDA %s is %i: 12.2.2 added 16', (cuda, max) => {
    expect(hostCompilersForCuda(cuda)?.clangMax).toBe(max);
  });

  it('gcc 11 came with 11.4.1', () => {
    expect(hostCompilersForCuda('11.4.0')?.gccMax).toBe(10);
    expect(hostCompilersForCuda('11.4.1')).toMatchObject({ gccMin: 6, gccMax: 11, gccSafe: 10 });
  });

  it('what sources dispute is marked', () => {
    expect(hostCompilersForCuda('11.6')).toMatchObject({ clangMax: 13, recalled: ['clangMax'] });
  });

  it('are not known of what is no release', () => {
    expect(hostCompilersForCuda('12.7')).toBeNull();
    expect(hostCompilersForCuda('')).toBeNull();
  });
});
