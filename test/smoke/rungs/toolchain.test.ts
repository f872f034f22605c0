import { describe, expect, it } from 'vitest';
import { architectureOptions, architecturesIn } from '../../../src/smoke/rungs/toolchain.ts';
import { judgeVersions } from '../../../src/smoke/rungs/versions.ts';

describe('architecturesIn', () => {
  it('takes what nvcc allows, without the special ones and without what its prose mentions', () => {
    const help = `compute_30 and sm_30 were dropped.
        Allowed values for this option:  'compute_75','compute_90','sm_90a','sm_75',
        'sm_120','sm_90','lto_75'`;
    expect(architecturesIn(help)).toEqual([75, 90, 120]);
  });

  it('is empty for anything else', () => {
    expect(architecturesIn('')).toEqual([]);
  });
});

describe('architectureOptions', () => {
  it('asks for machine code where nvcc makes it', () => {
    expect(architectureOptions('7.5', [70, 75, 80])).toEqual(['-gencode=arch=compute_75,code=sm_75']);
  });

  it('asks for PTX of the newest older one for a GPU that nvcc does not know', () => {
    expect(architectureOptions('12.0', [70, 75, 80])).toEqual(['-gencode=arch=compute_80,code=compute_80']);
  });

  it('knows a GPU that nvcc has dropped', () => {
    expect(architectureOptions('3.5', [50, 75])).toBeNull();
  });

  it('leaves it to nvcc without a GPU, or where nvcc could not be asked', () => {
    expect(architectureOptions(null, [50])).toEqual([]);
    expect(architectureOptions('7.5', [])).toEqual([]);
  });
});

describe('judgeVersions', () => {
  const without = { status: 35, linked: 0, header: 11080 };
  const driver = { status: 0, version: 0 };
  const judge = (figures: Record<string, unknown>, cuda = '11.8.89') =>
    judgeVersions({ driver, ...figures }, { cuda });

  it('passes without a driver, where cudart answers 35', () => {
    expect(judge({ cudart: without, cublas: { status: 0, linked: '11.11.3', headerMajor: 11 } }).status).toBe(
      'passed',
    );
  });

  it.each([
    ['headers of another release', { cudart: { status: 0, linked: 10000, header: 10000 } }, /CUDA 10\.0/],
    ['a cudart of another release', { cudart: { status: 0, linked: 11020, header: 11080 } }, /11020/],
    ['a cudart that fails', { cudart: { status: 3, linked: 0, header: 11080 } }, /returned 3/],
    ['a library that fails', { cudart: without, cufft: { status: 2, linked: '0.0.0' } }, /cufft returned 2/],
    [
      'a library of another major',
      { cudart: without, cublas: { status: 0, linked: '10.2.2', headerMajor: 11 } },
      /cublas/,
    ],
    [
      'another cuDNN than its header',
      { cudart: without, cudnn: { status: 0, linked: 8600, header: 7605 } },
      /cudnn/,
    ],
    ['no answer of cudart', {}, /cudart/],
  ])('fails for %s', (_, figures, because) => {
    const outcome = judge(figures);
    expect(outcome.status).toBe('failed');
    expect(outcome.because).toMatch(because);
  });

  it('takes 10.0 for 10.0.130 and not for 10.01 or 1.0', () => {
    const ten = { status: 35, linked: 0, header: 10000 };
    expect(judge({ cudart: ten }, '10.0.130').status).toBe('passed');
    expect(judge({ cudart: ten }, '10.01').status).toBe('failed');
  });
});
