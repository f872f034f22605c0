import { expect, it } from 'vitest';
import { CUDA_RELEASES, newestPatchOf } from '../../src/compat/cuda-releases.ts';

it('releases are in order, and 12.7 is none', () => {
  expect(CUDA_RELEASES[0]).toBe('8.0');
  expect(CUDA_RELEASES.at(-1)).toBe('13.4');
  expect(CUDA_RELEASES).not.toContain('12.7');
});

it.each([
  ['11.8', '11.8.0'],
  ['10.1', '10.1.243'],
  ['10.1.105', '10.1.243'],
  ['12.9', '12.9.2'],
  ['13.4', '13.4.2'],
  ['12.7', null],
  ['', null],
])('the newest patch of %s is %s', (cuda, patch) => {
  expect(newestPatchOf(cuda)).toBe(patch);
});
