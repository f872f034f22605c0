// Protects: what an older nvcc calls unknown is told apart from what was never an option of nvcc's.
import { describe, expect, it } from 'vitest';
import { CUDA_RELEASES } from '../../src/compat/cuda-releases.ts';
import table from '../../src/compat/data/nvcc-options.json' with { type: 'json' };
import { cudaKnowingOption } from '../../src/compat/nvcc-options.ts';

describe('the first CUDA whose nvcc knows an option', () => {
  it.each([
    ['--threads', '11.2'],
    ['-static-global-template-stub=false', '12.8'],
    ['std=c++17', '11.0'],
    ['-std=c++20', '12.0'],
    ['gpu-architecture=native', '11.6'],
  ])('of %s is %s', (option, cuda) => {
    expect(cudaKnowingOption(option)).toBe(cuda);
  });

  it.each(['fopenmp', '-Wall', 'std=gnu++98', 'std', 'gpu-architecture=sm_86'])(
    'of %s is not known',
    (option) => {
      expect(cudaKnowingOption(option)).toBeNull();
    },
  );

  it('is a release, and says where that was read', () => {
    for (const { since, source } of table.rows) {
      expect(since).toMatch(/^\d{1,2}\.\d$/);
      expect(table.sources[source]).toBeDefined();
    }
    expect(table.rows.filter(({ since }) => CUDA_RELEASES.includes(since)).length).toBeGreaterThan(5);
  });
});
