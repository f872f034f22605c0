import { describe, expect, it } from 'vitest';
import { formatClause, parseDependencies } from '../../../src/apt/index/dependency.ts';

describe('dependency fields', () => {
  it('reads alternatives, bounds and qualifiers', () => {
    const clauses = parseDependencies(
      'libc6 (>= 2.34), libcuda1 (>= 520) | libcuda.so.1, python3:any, libcu++-dev(=1)',
      'amd64',
    );
    expect(clauses.map(formatClause)).toEqual([
      'libc6 (>= 2.34)',
      'libcuda1 (>= 520) | libcuda.so.1',
      'python3:any',
      'libcu++-dev (= 1)',
    ]);
    expect(clauses[2]![0]).toEqual({ name: 'python3', qualifier: 'any', relation: null, version: null });
  });

  it('reads the obsolete < and > as "or equal"', () => {
    expect(parseDependencies('a (< 2), b (> 1)', 'amd64').map((clause) => clause[0]!.relation)).toEqual([
      '<=',
      '>=',
    ]);
  });

  it('leaves out what is for other architectures', () => {
    expect(parseDependencies('a [amd64], b [!amd64], c [i386] | d', 'amd64').map(formatClause)).toEqual([
      'a',
      'd',
    ]);
    expect(parseDependencies('a [i386 arm64]', 'amd64')).toEqual([]);
  });

  it('passes over build profiles, empty parts and line breaks', () => {
    expect(parseDependencies('a <!nocheck>,\n b (>= 1)  ,, ', 'amd64').map(formatClause)).toEqual([
      'a',
      'b (>= 1)',
    ]);
  });

  it('keeps what follows no syntax as a name that nothing provides', () => {
    expect(parseDependencies('a ((1)', 'amd64')[0]![0]!.name).toBe('a ((1)');
  });

  it('comes to an end with long runs of blanks, which a pattern that tries every split would not', () => {
    const blanks = ' '.repeat(1_000_000);
    expect(parseDependencies(`a${blanks}(${blanks}x`, 'amd64')).toHaveLength(1);
  });
});
