import { describe, expect, it } from 'vitest';
import { branchOf, driverRowOfCuda } from '../../../src/compat/drivers.ts';
import { forwardCompatBranches } from '../../../src/compat/forward-compat.ts';
import { CUDA_RELEASES } from '../../../src/compat/cuda-releases.ts';
import { forwardCompatServes } from '../../../src/compat/rules/forward-compat-serves.ts';

const T4 = [{ name: 'Tesla T4' }];
const fit = (cuda: string, driver: string, gpus = T4): string => forwardCompatServes(cuda, driver, gpus).fit;

describe('forward compatibility', () => {
  it('serves the branches that NVIDIA made the package for, on data center GPUs', () => {
    expect(fit('11.8', '470.256.02')).toBe('yes');
    expect(fit('11.8.89', '450.248.02', [{ name: 'A100-SXM4-40GB' }])).toBe('yes');
    expect(fit('12.4', '535.309.01', [{ name: 'Tesla V100-SXM2-16GB' }, { name: 'Tesla T4' }])).toBe('yes');
  });

  it('is not for other branches, for releases before 10.0, or for GPUs of desks and laptops', () => {
    expect(forwardCompatServes('12.4', '545.29.06', T4)).toMatchObject({
      fit: 'no',
      text: expect.stringContaining('470, 525, 535') as string,
    });
    expect(fit('9.0', '384.81')).toBe('no');
    expect(forwardCompatServes('11.8', '470.256.02', [{ name: 'GeForce RTX 3080' }])).toMatchObject({
      fit: 'no',
      text: expect.stringContaining('GeForce RTX 3080') as string,
    });
    expect(fit('11.8', '470.256.02', [...T4, { name: 'GeForce GTX 1660 Ti' }])).toBe('no');
  });

  it('is left alone where the driver serves the release by itself', () => {
    expect(fit('11.8', '550.54.15')).toBe('remark');
  });

  it.each([
    ['13.4', '580.95.05', T4],
    ['11.4', '460.32.03', T4],
    ['11.8', '470.256.02', [{ name: 'RTX A6000' }]],
    ['11.8', '470.256.02', [{ name: 'a card of next year' }]],
    ['11.8', '470.256.02', []],
  ])('is unknown where no table says: CUDA %s on %s with %j', (cuda, driver, gpus) => {
    expect(fit(cuda, driver, gpus)).toBe('unknown');
  });

  it('names branches that are older than the driver of their release, and known', () => {
    for (const cuda of CUDA_RELEASES) {
      const own = Number(driverRowOfCuda(cuda)?.minDriver.split('.')[0]);
      for (const branch of forwardCompatBranches(cuda)?.made ?? []) {
        expect(branchOf(`${branch}.1`)?.branch, cuda).toBe(branch);
        expect(Number(branch), cuda).toBeLessThanOrEqual(own);
      }
    }
  });
});
