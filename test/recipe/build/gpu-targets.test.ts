import { describe, expect, it } from 'vitest';
import { requireKnown } from '../../../src/recipe/build/gpu-targets.ts';

const target = (cuda: string) => ({ recipe: 'darknet', prefix: 'mine', cuda });

describe('a GPU that was named for a build', () => {
  it.each([
    ['6.1', '13.0.48', /CUDA 8\.0 to 12\.9.*install cuda@12\.9/],
    ['12.0', '11.8.89', /CUDA 12\.8 or newer.*install cuda@12\.8/],
  ])('is refused where nvcc makes no code for it: %s with CUDA %s', (capability, cuda, hint) => {
    expect(() => requireKnown([capability], target(cuda))).toThrow(
      expect.objectContaining({
        code: 'gpu-unknown-to-toolkit',
        hint: expect.stringMatching(hint) as string,
      }),
    );
  });

  it('may take code of the same major, where the toolkit makes that', () => {
    expect(() => requireKnown(['7.5'], target('9.0.176'))).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(/--prefix mine --assume-gpu 7\.0/) as string,
      }),
    );
  });

  it('is taken where nvcc knows it', () => {
    expect(() => requireKnown(['7.5'], target('10.0.130'))).not.toThrow();
    expect(() => requireKnown(['6.1'], target('12.9.86'))).not.toThrow();
  });
});
