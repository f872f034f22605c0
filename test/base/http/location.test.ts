import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Location } from '../../../src/base/http/location.ts';
import { locationOf } from '../../support/location.ts';

const SECRET = 'https://me:s3cret@host.example:8443/repo?sig=s3cret&arch=amd64#s3cret';
const PRINTED = 'https://host.example:8443/repo';

describe('a location', () => {
  it('prints itself without user, password, query and fragment, whoever prints it', () => {
    const location = locationOf(SECRET);
    expect(`${location}`).toBe(PRINTED);
    expect(JSON.stringify({ location })).toBe(JSON.stringify({ location: PRINTED }));
    for (const text of [
      inspect({ deep: { location } }, { showHidden: true, depth: 9 }),
      inspect(location.below('x')),
      String(new Error(`no answer of ${location}`)),
      Object.values(location).join(),
      Object.getOwnPropertyNames(location).join(),
    ]) {
      expect(text).not.toMatch(/s3cret|me:/);
    }
  });

  it('reveals to a request the query, and the login apart from the address', () => {
    expect(locationOf('http://me:p%40ss@host/a?sig=1#x').reveal()).toEqual({
      url: 'http://host/a?sig=1',
      login: { user: 'me', password: 'p@ss' },
    });
    expect(locationOf('http://token@host/').reveal().login).toEqual({ user: 'token', password: '' });
    expect(locationOf('http://host/').reveal().login).toBeNull();
    // Not well encoded is no reason to fall over.
    expect(locationOf('http://a%b:c%zz@host/').reveal().login).toEqual({ user: 'a%b', password: 'c%zz' });
  });

  it('leads below itself, whatever the path holds', () => {
    const base = locationOf('https://me:s3cret@host/repo/?sig=1');
    const below = (path: string): string => base.below(path).reveal().url;
    expect(below('x_1+cuda10.0:2.deb')).toBe('https://host/repo/x_1+cuda10.0:2.deb?sig=1');
    expect(below('a?b#c')).toBe('https://host/repo/a%3Fb%23c?sig=1');
    expect(below('%2e%2e/x')).toBe('https://host/repo/%252e%252e/x?sig=1');
    expect(base.below('x').reveal().login).toEqual({ user: 'me', password: 's3cret' });
    expect(locationOf('https://host').below('x').reveal().url).toBe('https://host/x');
  });

  it('is found again from what was printed of it', () => {
    const base = locationOf(SECRET);
    const printed = base.below('pool/x.deb').toString();
    expect(printed).toBe(`${PRINTED}/pool/x.deb`);
    expect(base.completed(printed)?.reveal()).toEqual(base.below('pool/x.deb').reveal());
    for (const other of ['https://host.example:8443/repository/x', 'https://host.example/repo/x', 'x', ''])
      expect(base.completed(other)).toBeNull();
  });

  it.each([
    ['/b', 'http://host/b'],
    ['//other/b', 'http://other/b'],
    ['https://you:word@other/b?x=1', 'https://other/b?x=1'],
    ['http://[', null],
    ['http://', null],
    ['file:///etc/passwd', null],
    ['ftp://other/b', null],
    ['javascript:alert(1)', null],
    ['data:,x', null],
  ])('is redirected by "%s" to %s, without a login', (header, to) => {
    const next = locationOf('http://me:s3cret@host/a').redirectedTo(header);
    expect(next?.reveal() ?? null).toEqual(to === null ? null : { url: to, login: null });
  });

  it('knows what is the same origin', () => {
    const location = locationOf('http://host/a');
    expect(location.sameOrigin(locationOf('http://me:x@host:80/b'))).toBe(true);
    for (const other of ['https://host/a', 'http://host:81/a', 'http://sub.host/a', 'file:///a'])
      expect(location.sameOrigin(locationOf(other)), other).toBe(false);
    expect(locationOf('file:///a').sameOrigin(locationOf('file:///b'))).toBe(false);
  });

  it('is nothing where the text is no address', () => {
    for (const text of ['', 'x', '/x', 'http://', 'http://[', 'http://host:port/'])
      expect(Location.parse(text)).toBeNull();
  });
});
