import { describe, expect, it } from 'vitest';
import { computeCapabilityOf } from '../../src/compat/compute-capability.ts';

describe('computeCapabilityOf', () => {
  it.each([
    ['7.5', '7.5'],
    ['sm_75', '7.5'],
    ['SM75', '7.5'],
    ['compute_86', '8.6'],
    ['12.0', '12.0'],
    ['sm_120', '12.0'],
    ['sm_90a', '9.0'],
    ['10de:2191', '7.5'],
    ['GTX 1660 Ti', '7.5'],
    ['NVIDIA GeForce RTX 3090', '8.6'],
  ])('%s is %s', (text, capability) => {
    expect(computeCapabilityOf(text)).toBe(capability);
  });

  it.each(['', 'Radeon 9700', '75', '7', 'sm_', '__proto__', 'x'.repeat(10_000)])('refuses "%s"', (text) => {
    expect(() => computeCapabilityOf(text)).toThrow(
      expect.objectContaining({ code: 'unknown-gpu', exitCode: 2 }),
    );
  });
});
