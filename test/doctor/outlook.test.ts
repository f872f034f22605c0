import { describe, expect, it } from 'vitest';
import { outlookOf } from '../../src/doctor/outlook.ts';
import { assume } from '../../src/machine/assume.ts';
import { laptop } from '../support/facts.ts';

const sentence = (gpu: string, driver: string): string =>
  outlookOf(assume(laptop(), { gpu: [gpu], driver })).sentence;

describe('what a driver can serve', () => {
  it('is said of the driver alone where its newest CUDA has code for the GPU', () => {
    expect(sentence('GTX 1660 Ti', '440.64')).toMatch(/serves CUDA up to 10\.2, and every older one\.$/);
  });

  it('ends where the toolkits dropped the GPU, and begins where they knew it first', () => {
    expect(sentence('GTX 1080 Ti', '580.82.07')).toMatch(
      /up to 13\.0, .*; in CUDA [\d.]+ to 12\.9 there is code/,
    );
    expect(sentence('RTX 5090', '470.256.02')).toMatch(/up to 11\.4, .*; from CUDA 12\.8 on there is code/);
  });
});
