import { describe, expect, it } from 'vitest';
import { distinctGroups, isAmong, isSameGroup, nameOfGroup } from '../../src/compat/source-group.ts';

const CUDA = 'nvidia-cuda-ubuntu1804';
const ML = 'nvidia-ml-ubuntu1804';

describe('a group of sources', () => {
  it('is known by its ids and their order: the first source that holds a package is the one it is taken from', () => {
    expect(isSameGroup([CUDA, ML], [CUDA, ML])).toBe(true);
    expect(isSameGroup([CUDA, ML], [ML, CUDA])).toBe(false);
    expect(isSameGroup([CUDA, ML], [CUDA])).toBe(false);
    expect(isAmong([CUDA], [[CUDA, ML]])).toBe(false);
    expect(isAmong([CUDA, ML], [[CUDA], [CUDA, ML]])).toBe(true);
  });

  it('is never another whose ids are the same words, cut elsewhere', () => {
    expect(isSameGroup(['my cuda', 'ml'], ['my', 'cuda ml'])).toBe(false);
  });

  it('stands once among others, where it comes first', () => {
    expect(distinctGroups([[CUDA, ML], [CUDA], [CUDA, ML], []])).toEqual([[CUDA, ML], [CUDA], []]);
  });

  it('names a source of several suites once', () => {
    expect(nameOfGroup([CUDA, ML, ML])).toBe(`${CUDA} and ${ML}`);
  });
});
