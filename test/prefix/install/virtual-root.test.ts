import { describe, expect, it } from 'vitest';
import { VirtualRoot, type TreeMember } from '../../../src/prefix/install/virtual-root.ts';

const file = (path: string, changes: Partial<TreeMember> = {}): TreeMember => ({
  path,
  type: 'file',
  package: 'a',
  size: 1,
  mode: 0o644,
  mtime: 0,
  sha256: null,
  target: null,
  ...changes,
});
const link = (path: string, target: string, from = 'a'): TreeMember =>
  file(path, { type: 'link', target, size: 0, package: from });
const dir = (path: string, from = 'a'): TreeMember => file(path, { type: 'dir', size: 0, package: from });

function root(...members: TreeMember[]): VirtualRoot {
  const made = new VirtualRoot();
  for (const member of members) made.add(member);
  return made;
}

describe('VirtualRoot.add', () => {
  it('accepts identical repeats, as NVIDIA repeats lib64 -> targets/... in many packages', () => {
    const made = root(
      dir('usr'),
      link('usr/lib64', 'targets/lib'),
      dir('usr', 'b'),
      link('usr/lib64', 'targets/lib', 'b'),
      file('usr/x', { sha256: 'd1' }),
      file('usr/x', { sha256: 'd1', package: 'b' }),
    );
    expect([...made.members()].map(({ path }) => path)).toEqual(['usr', 'usr/lib64', 'usr/x']);
  });

  it('keeps the repeat whose content is held', () => {
    const made = root(file('x'), file('x', { sha256: 'd1', package: 'b' }));
    expect(made.get('x')).toMatchObject({ sha256: 'd1', package: 'b' });
  });

  it.each<[string, TreeMember[], RegExp]>([
    [
      'a member below a link',
      [link('usr/lib', '/etc'), file('usr/lib/x', { package: 'b' })],
      /package a made a link/,
    ],
    ['a member below a file', [file('usr/lib'), file('usr/lib/x')], /made a file/],
    [
      'a link where another package has a folder',
      [file('usr/lib/x'), link('usr/lib', '/etc', 'b')],
      /has a folder/,
    ],
    [
      'files of other content',
      [file('x', { sha256: 'd1' }), file('x', { sha256: 'd2', package: 'b' })],
      /other content/,
    ],
    ['files of other size', [file('x'), file('x', { size: 2, package: 'b' })], /1 and 2 bytes/],
    ['links to other places', [link('x', 'a'), link('x', 'b', 'b')], /links to/],
    ['a file and a link', [file('x'), link('x', 'y', 'b')], /one is a file/],
    ['a folder and a link', [dir('x'), link('x', 'y', 'b')], /one is a dir/],
  ])('refuses %s', (_, members, why) => {
    expect(() => root(...members)).toThrow(why);
  });
});

describe('VirtualRoot.resolve', () => {
  const made = root(
    file('etc/nvcc.profile'),
    file('usr/lib/toolkit/libdevice/a.bc'),
    link('usr/lib/cuda/nvvm/libdevice', '../../toolkit/libdevice'),
    link('usr/lib/toolkit/bin/nvcc.profile', '/etc/nvcc.profile'),
    link('loop/a', 'b'),
    link('loop/b', 'a'),
    link('up', '../../../../etc/nvcc.profile'),
    link('out', '../../../../etc/passwd'),
    file('plain'),
  );
  it.each([
    ['usr/lib/cuda/nvvm/libdevice/a.bc', 'usr/lib/toolkit/libdevice/a.bc'],
    ['usr/lib/toolkit/bin/nvcc.profile', 'etc/nvcc.profile'],
    ['/usr/./lib/../lib/toolkit/libdevice', 'usr/lib/toolkit/libdevice'],
    ['up', 'etc/nvcc.profile'],
    ['../../etc', 'etc'],
  ])('%s is %s, inside the set, absolute and climbing targets too', (path, found) => {
    expect(made.resolve(path)).toMatchObject({ state: 'found', path: found });
  });
  it.each(['out', 'usr/nothing', 'plain/x'])('%s is missing', (path) => {
    expect(made.resolve(path).state).toBe('missing');
  });
  it('does not go round for ever', () => {
    expect(made.resolve('loop/a').state).toBe('circular');
    expect(made.resolve('loop/a/x').state).toBe('circular');
  });
  it('takes one step along a link without following the next', () => {
    expect(made.step(made.get('loop/a')!)).toMatchObject({ state: 'found', path: 'loop/b' });
  });
});
