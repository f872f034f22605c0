import { describe, expect, it } from 'vitest';
import { buildsOf } from '../../../src/compat/frameworks.ts';
import { glibcAccepted, glibcAcceptedByBuild } from '../../../src/compat/rules/glibc-accepted.ts';

describe('the C library', () => {
  it.each([
    ['12.8', '2.24', 'run', 'no'],
    ['12.8.1', '2.27', 'run', 'yes'],
    ['12.6', '2.24', 'run', 'yes'],
    ['13.0', '2.24', 'run', 'no'],
    ['12.9', '2.41', 'build', 'remark'],
    ['12.9', '2.41', 'run', 'yes'],
    ['13.0', '2.41', 'build', 'yes'],
    ['13.0', '2.42', 'build', 'remark'],
    ['13.2', '2.43', 'build', 'yes'],
  ] as const)('CUDA %s on glibc %s to %s: %s', (cuda, glibc, purpose, fit) => {
    expect(glibcAccepted(cuda, glibc, purpose)).toMatchObject({ fit });
  });

  it('is old enough for a wheel or not, and nothing where no wheel says', () => {
    const build = { ...buildsOf('torch')[0]!, minGlibc: '2.28' };
    expect(glibcAcceptedByBuild(build, '2.27')).toMatchObject({ fit: 'no' });
    expect(glibcAcceptedByBuild(build, '2.28')).toMatchObject({ fit: 'yes' });
    expect(glibcAcceptedByBuild({ ...build, minGlibc: null }, '2.27')).toMatchObject({ fit: 'unknown' });
    expect(glibcAcceptedByBuild({ ...build, recalled: ['minGlibc'] }, '2.27')).toMatchObject({
      fit: 'remark',
    });
  });
});
