import { expect, it } from 'vitest';
import { glibcBreakingOn, glibcLimitsOf } from '../../src/compat/glibc.ts';

const limits = (cuda: string, purpose: 'build' | 'run') =>
  glibcLimitsOf(cuda)
    .filter((one) => one.purpose === purpose)
    .map(({ glibc }) => glibc);

it('headers up to 12.9 do not compile with glibc 2.41, those up to 13.0 not with 2.42', () => {
  expect(limits('12.9.1', 'build')).toEqual(['2.41', '2.42']);
  expect(limits('13.0', 'build')).toEqual(['2.42']);
  expect(limits('13.2', 'build')).toEqual([]);
});

it('CUDA 8.0 and a newer glibc is remembered only', () => {
  expect(glibcLimitsOf('8.0').find(({ glibc }) => glibc === '2.26')?.confidence).toBe('recalled');
});

it('libraries from 12.8 on want glibc 2.27', () => {
  expect(limits('12.6', 'run')).toEqual([]);
  expect(limits('12.8', 'run')).toEqual(['2.27']);
  expect(glibcLimitsOf('nonsense')).toEqual([]);
});

it('what an error names says which C library it takes', () => {
  expect(['cospi', 'sinpif', 'rsqrt', '_Float128', '__mempcpy_inline'].map(glibcBreakingOn)).toEqual([
    '2.41',
    '2.41',
    '2.42',
    '2.26',
    '2.23',
  ]);
  expect(glibcBreakingOn('log2f'), 'of libraries, not of headers').toBeNull();
  expect(glibcBreakingOn('')).toBeNull();
});
