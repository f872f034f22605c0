/** The newest CUDA for a driver and GPUs is one that all of them take, and a newer one is not. */
import { describe, expect, it } from 'vitest';
import { CUDA_RELEASES } from '../../../src/compat/cuda-releases.ts';
import { driverServesToolkit } from '../../../src/compat/rules/driver-serves-toolkit.ts';
import { newestCudaFor } from '../../../src/compat/rules/newest-cuda.ts';
import { toolkitReachesGpu } from '../../../src/compat/rules/toolkit-reaches-gpu.ts';

const gpu = (computeCapability: string | null) => ({ name: 'a GPU', computeCapability });

describe('newestCudaFor', () => {
  it.each([
    ['440.64', ['7.5']],
    ['470.256.02', ['3.5', '7.5']],
    ['580.95.05', ['8.9']],
    [null, ['6.1']],
  ])('driver %s, GPUs %j', (driver, capabilities) => {
    const gpus = capabilities.map(gpu);
    const fits = (cuda: string): boolean =>
      (driver === null || driverServesToolkit(driver, cuda).fit === 'yes') &&
      gpus.every((one) => toolkitReachesGpu(cuda, one, 'run').fit === 'yes');
    const newest = newestCudaFor({ driver, gpus }, 'run')!;
    expect(fits(newest)).toBe(true);
    expect(CUDA_RELEASES.slice(CUDA_RELEASES.indexOf(newest) + 1).filter(fits)).toEqual([]);
  });

  it('is none where no release reaches all of the GPUs', () => {
    expect(newestCudaFor({ driver: null, gpus: [gpu('3.0'), gpu('12.0')] }, 'build')).toBeNull();
  });

  it('leaves out what is not known of a GPU, and what somebody else rules out', () => {
    const all = newestCudaFor({ driver: null, gpus: [gpu(null)] }, 'build');
    expect(all).toBe(CUDA_RELEASES.at(-1));
    expect(newestCudaFor({ driver: null, gpus: [] }, 'build', (cuda) => cuda !== all)).toBe(
      CUDA_RELEASES.at(-2),
    );
  });
});
