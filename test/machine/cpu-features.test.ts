import { describe, expect, it } from 'vitest';
import { cpuFeatures } from '../../src/machine/cpu-features.ts';

const none = { avx: false, avx2: false, fma: false, sse4a: false };

describe('cpuFeatures', () => {
  it('takes what every processor has', () => {
    const text =
      'processor\t: 0\nflags\t\t: fpu avx avx2 fma\n\nprocessor\t: 1\nflags\t\t: fpu avx fma sse4a\n';
    expect(cpuFeatures(text)).toEqual({ ...none, avx: true, fma: true });
  });

  it('assumes nothing of a CPU that cannot be read, or that is no x86', () => {
    expect(cpuFeatures(null)).toEqual(none);
    expect(cpuFeatures('Features\t: fp asimd aes\n')).toEqual(none);
  });
});
