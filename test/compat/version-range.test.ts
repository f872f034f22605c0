import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDottedVersions } from '../../src/compat/dotted-version.ts';
import {
  firstReleaseIn,
  isEmptyRange,
  isPlainVersion,
  isVersionRange,
  mayMeanVersion,
  meansVersion,
  meantByBoth,
} from '../../src/compat/version-range.ts';

describe('a version that was asked for', () => {
  it.each([
    ['>=11.8 <12', ['11.8', '11.8.89'], ['11.7.99', '12.0.0', '12.9.1']],
    ['^11.8', ['11.8.89', '11.9.1'], ['11.7.0', '12.0.1']],
    ['~12.4', ['12.4.131'], ['12.5.0', '12.3.9']],
    ['11.2 - 11.8', ['11.2.0', '11.8.89'], ['11.9.0', '11.1.9']],
    ['12.x || >=13.2', ['12.0.1', '12.9.79', '13.4.92'], ['13.1.0', '11.8.89']],
    ['>7.5', ['7.6.0.64', '8.0.1'], ['7.5.0.56', '7.4.2.24']],
    ['>= 7.5.0.56 < 8', ['7.5.0.56', '7.6.5.32'], ['7.5.0.55', '8.0.0.1']],
    ['>7.5.0', ['7.5.1.10'], ['7.5.0.56']],
    ['<=7.5.0', ['7.5.0.56', '7.4.2.24'], ['7.5.1.10']],
    ['=7.5.0.56', ['7.5.0.56'], ['7.5.0.57']],
    ['7.6.5 || 7.5.0', ['7.6.5.32', '7.5.0.56'], ['7.6.4.38']],
    ['11', ['11.8.89'], ['1.1', '110.0']],
  ])('%s means some and not others', (wanted, meant, others) => {
    for (const version of meant) expect(meansVersion(version, wanted), version).toBe(true);
    for (const version of others) expect(meansVersion(version, wanted), version).toBe(false);
  });

  it('may mean a release of which it names a part', () => {
    expect(mayMeanVersion('11.8', '>=11.8.50 <12')).toBe(true);
    expect(mayMeanVersion('11.8', '<=11.8')).toBe(true);
    expect(mayMeanVersion('11.8', '<11.8')).toBe(false);
    expect(mayMeanVersion('11.8', '11.8.89')).toBe(true);
    expect(mayMeanVersion('12', '>=11.8 <12')).toBe(false);
    expect(mayMeanVersion('12', '~12.4')).toBe(true);
  });

  it.each([
    ['11', '11.8', '11.8'],
    ['10.0', '10', '10.0'],
    ['11', '>=11.8 <12', '>=11.8 <12'],
    ['11', '>=11.8', '11 >=11.8'],
    ['>=11 <13', '12', '12'],
    ['11 || 12', '>=11.8', '11 >=11.8 || 12 >=11.8'],
    ['11.2 - 11.8', '11.5', '11.5'],
    ['11', '12', null],
    ['7.5.0.56', '>=7.5 <8', '7.5.0.56'],
    ['11', '<11 || >=12', null],
  ])('%s and %s together are %j', (one, other, both) => {
    expect(meantByBoth(one, other)).toBe(both);
  });

  it('that nothing can be is told from one that nobody made', () => {
    for (const text of ['>=12 <11', '>12 <12.1', '<0', '=11 =12'])
      expect(isEmptyRange(text), text).toBe(true);
    for (const text of ['>=99', '>=12.7 <12.8', '11', '>=12 || <11'])
      expect(isEmptyRange(text), text).toBe(false);
  });

  it('that is a range begins with a release', () => {
    expect(firstReleaseIn('>=13.7')).toBe('13.7');
    expect(firstReleaseIn('>13.4')).toBe('13.5');
  });

  it.each([
    '',
    '>=',
    'latest',
    '>=11.8,<12',
    '11.8 -',
    '1.2.3.4.5 - 2',
    '>=11.8 <<12',
    '|| 11',
    '11 ||',
    '> x',
  ])('is no range where it is %j', (text) => {
    expect(isVersionRange(text)).toBe(false);
    expect(isPlainVersion(text)).toBe(false);
  });

  it('is compared as its four numbers are, however many of them are given', () => {
    const number = fc.integer({ min: 0, max: 999_999 });
    const four = fc.tuple(number, number, number, number).map((numbers) => numbers.join('.'));
    fc.assert(
      fc.property(four, four, (one, other) => {
        const order = compareDottedVersions(one, other);
        expect(meansVersion(one, `>=${other}`)).toBe(order >= 0);
        expect(meansVersion(one, `<${other}`)).toBe(order < 0);
      }),
    );
  });
});
