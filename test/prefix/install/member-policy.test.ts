import { describe, expect, it } from 'vitest';
import { checkMember, type JudgedMember } from '../../../src/prefix/install/member-policy.ts';

const member = (changes: Partial<JudgedMember>): JudgedMember => ({
  path: 'usr/lib/libx.so.1',
  type: 'file',
  mode: 0o644,
  linkTarget: null,
  ...changes,
});
const check = (changes: Partial<JudgedMember>, earlier: string[] = []): void =>
  checkMember({ name: 'cuda-x', version: '1.2-1' }, member(changes), new Set(earlier));

describe('checkMember', () => {
  it.each<[string, Partial<JudgedMember>]>([
    ['an ordinary file', {}],
    ['the root folder', { path: '', type: 'dir', mode: 0o755 }],
    ['a name with dots in it', { path: 'usr/..lib/a..b/...' }],
    [
      'a link to anywhere: where it leads is judged over the whole set',
      { type: 'link', mode: 0o777, linkTarget: '../../../etc/x' },
    ],
    ['a sticky folder', { path: 'var/tmp', type: 'dir', mode: 0o1777 }],
    ['a path as deep and long as Nsight has them, and more', { path: 'plugins.d/'.repeat(60) + 'x' }],
    ['names in other scripts', { path: 'usr/share/доки/日本' }],
  ])('lets %s through', (_, changes) => {
    expect(() => check(changes)).not.toThrow();
  });

  it.each<[string, Partial<JudgedMember>, RegExp]>([
    ['".." at the start', { path: '../etc/passwd' }, /\.\./],
    ['".." in the middle', { path: 'usr/../../etc/passwd' }, /\.\./],
    ['".." alone', { path: '..', type: 'dir' }, /\.\./],
    ['an absolute path', { path: '/etc/passwd' }, /absolute/],
    ['an empty part', { path: 'usr//x' }, /empty part/],
    ['no name', { path: '' }, /no name/],
    ['a character device', { type: 'char' }, /device/],
    ['a block device', { type: 'block' }, /device/],
    ['a named pipe', { type: 'fifo' }, /pipe/],
    ['setuid', { mode: 0o4755 }, /setuid/],
    ['setgid', { mode: 0o2755 }, /setuid or setgid/],
    ['a setgid folder', { path: 'var/x', type: 'dir', mode: 0o2775 }, /setuid or setgid/],
    ['an escape sequence in its name', { path: 'usr/\u001b[31mred' }, /control/],
    ['a newline in its name', { path: 'usr/a\nb' }, /control/],
    ['text direction overrides in its name', { path: 'usr/\u202egpj.exe' }, /control/],
    ['a name too long for a file system', { path: `usr/${'x'.repeat(256)}` }, /longer/],
    [
      'a path longer than the system takes below a home',
      { path: Array(5).fill('x'.repeat(220)).join('/') },
      /1024 bytes/,
    ],
    ['a path too deep', { path: 'a/'.repeat(100) + 'x' }, /100 folders/],
    ['a link target too long', { type: 'link', linkTarget: '../'.repeat(500) }, /too long/],
    ['a link to nothing', { type: 'link', linkTarget: '' }, /nothing/],
    ['a link target with control characters', { type: 'link', linkTarget: 'a\u0007' }, /control/],
    ['a hard link to a file outside', { type: 'hardlink', linkTarget: '/etc/shadow' }, /hard link/],
    ['a hard link to a later or missing file', { type: 'hardlink', linkTarget: './usr/lib/y' }, /hard link/],
  ])('refuses %s, naming package and member', (_, changes, why) => {
    let error: unknown;
    try {
      check(changes);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'unsafe-member',
      details: { package: 'cuda-x', version: '1.2-1', member: member(changes).path },
    });
    expect((error as Error).message).toMatch(why);
    expect((error as Error).message).toMatch(/^package cuda-x 1\.2-1: member "/);
    expect((error as Error).message).not.toMatch(/[\u0000-\u001f]/);
  });

  it('accepts a hard link to an earlier file of the package', () => {
    expect(() => check({ type: 'hardlink', linkTarget: './usr/lib/y' }, ['usr/lib/y'])).not.toThrow();
  });
});
