import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, satisfies } from '../../../src/apt/index/version.ts';

const ordered = [
  ['1.0~rc1', '1.0'],
  ['1.0~~', '1.0~'],
  ['1.0', '1.0-1'],
  ['1.0-1', '1.0a-1'],
  ['9.0.176-1', '9.0.176.1-1'],
  ['9.9', '9.10'],
  ['2.0', '1:1.0'],
  ['7.0.5.15-1+cuda9.0', '7.6.5.32-1+cuda10.0'],
  ['11.8.89~11.8.0-5~deb12u1', '11.8.89~11.8.0-5'],
  ['1.0+a', '1.0+b'],
  ['a', 'a+'],
] as const;

const dpkg = spawnSync('dpkg', ['--version']).status === 0;

describe('Debian version order', () => {
  it.each(ordered)('puts %s before %s', (older, newer) => {
    expect(compareVersions(older, newer)).toBeLessThan(0);
    expect(compareVersions(newer, older)).toBeGreaterThan(0);
  });

  it('takes leading zeros, an epoch of 0 and a revision of 0 for nothing', () => {
    expect(compareVersions('1.02', '1.2')).toBe(0);
    expect(compareVersions('0:1.0', '1.0')).toBe(0);
    expect(compareVersions('1.0-0', '1.0')).toBe(0);
  });

  it('compares numbers that no integer holds', () => {
    expect(compareVersions('1.99999999999999999998', '1.99999999999999999999')).toBeLessThan(0);
  });

  it('is antisymmetric and transitive', () => {
    const version = fc.stringMatching(/^[0-9][0-9a-z.+~]{0,6}(-[0-9a-z.+~]{1,4})?$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it.skipIf(!dpkg)('agrees with dpkg on whatever can be written as a version', () => {
    const version = fc.stringMatching(/^(?:[0-9]:)?[0-9][0-9aZ.+~]{0,5}(?:-[0-9b.+~]{1,4})?$/);
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 250, seed: 7 });
    const script =
      'while read -r a b; do for r in lt eq gt; do dpkg --compare-versions "$a" $r "$b" && echo $r; done; done';
    const { stdout } = spawnSync('sh', ['-c', script], {
      input: pairs.map(([a, b]) => `${a} ${b}\n`).join(''),
      encoding: 'utf8',
    });
    const expected = stdout.trim().split('\n');
    const signs = ['lt', 'eq', 'gt'];
    expect(pairs.map(([a, b]) => `${a} ${signs[Math.sign(compareVersions(a, b)) + 1]} ${b}`)).toEqual(
      pairs.map(([a, b], i) => `${a} ${expected[i]} ${b}`),
    );
  });

  it('knows the five relations', () => {
    expect(satisfies('1.0', null, null)).toBe(true);
    expect(satisfies('1.0', '>=', '1.0')).toBe(true);
    expect(satisfies('1.0', '>>', '1.0')).toBe(false);
    expect(satisfies('1.0', '<=', '1.0')).toBe(true);
    expect(satisfies('1.0', '<<', '1.0')).toBe(false);
    expect(satisfies('1.0', '=', '1.0-0')).toBe(true);
  });
});
