import { describe, expect, it } from 'vitest';
import { andMore } from '../../src/doctor/and-more.ts';

describe('a list of which a person reads the begin', () => {
  it('is whole where it is short', () => {
    expect(andMore([], 2)).toBe('');
    expect(andMore(['a', 'b'], 2)).toBe('a, b');
  });

  it('counts what it does not name', () => {
    expect(andMore(['a', 'b', 'c', 'd'], 2, { separator: '; ' })).toBe('a; b and 2 more');
    expect(andMore(['a'], 2, { total: 5 })).toBe('a and 4 more');
  });
});
