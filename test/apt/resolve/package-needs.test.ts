/** Which packages of a set meet what others of it depend on: what SBOMs say of them, and what a lock keeps. */
import { describe, expect, it } from 'vitest';
import { ofArchitecture } from '../../../src/apt/index/package-index.ts';
import { needsWithin } from '../../../src/apt/resolve/package-needs.ts';
import { indexOfText } from '../../support/index.ts';
import { stanza } from '../repository.ts';

function needs(...packages: readonly Record<string, string>[]): Record<string, readonly string[]> {
  const text = packages.map(({ Name, ...fields }) => stanza(Name!, '1.0-1', fields)).join('\n');
  const index = ofArchitecture(indexOfText('test', text), 'amd64');
  return Object.fromEntries(needsWithin(packages.map(({ Name }) => index.packages(Name!)[0]!)));
}

describe('what a package needs of a set', () => {
  it('is who its clauses name, once each, and who is not there is nobody', () => {
    expect(
      needs(
        { Name: 'a', Depends: 'c (>= 9), b, libc6, b | z', 'Pre-Depends': 'd' },
        ...['b', 'c', 'd'].map((Name) => ({ Name })),
      ),
    ).toEqual({ a: ['b', 'c', 'd'], b: [], c: [], d: [] });
  });

  it('is who provides what is named, in a version that will do', () => {
    expect(
      needs(
        { Name: 'a', Depends: 'editor, tool (>= 2)' },
        { Name: 'old', Provides: 'tool (= 1)' },
        { Name: 'new', Provides: 'tool (= 3), editor' },
        { Name: 'itself', Depends: 'thing', Provides: 'thing' },
      ),
    ).toEqual({ a: ['new'], old: [], new: [], itself: [] });
  });

  it('is not who provides what another one is by name', () => {
    expect(needs({ Name: 'a', Depends: 'b' }, { Name: 'b' }, { Name: 'c', Provides: 'b' })).toMatchObject({
      a: ['b'],
    });
  });
});
