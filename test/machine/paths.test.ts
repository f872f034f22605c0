import { describe, expect, it } from 'vitest';
import { normalPath, resolvePath } from '../../src/machine/paths.ts';

const resolve = (links: Record<string, string>, path: string, followLast = true) =>
  resolvePath(path, (at) => (Object.hasOwn(links, at) ? links[at] : undefined), followLast);

describe('resolvePath', () => {
  it('follows links component by component, relative and absolute ones', () => {
    const links = {
      '/usr/local/cuda': '/etc/alternatives/cuda',
      '/etc/alternatives/cuda': '../../usr/local/cuda-10.0',
      '/usr/local/cuda-10.0/lib64': 'targets/x86_64-linux/lib',
    };
    expect(resolve(links, '/usr/local/cuda/lib64/libcudart.so')).toEqual({
      ok: true,
      path: '/usr/local/cuda-10.0/targets/x86_64-linux/lib/libcudart.so',
    });
  });

  it('cannot leave the root by ".." in a path or in a link', () => {
    expect(resolve({ '/a': '../../../../etc' }, '/a/../../passwd')).toEqual({ ok: true, path: '/passwd' });
    expect(resolve({ '/a/b': '../../../../etc' }, '/a/b/shadow')).toEqual({ ok: true, path: '/etc/shadow' });
  });

  it('applies ".." behind a link to where the link leads', () => {
    expect(resolve({ '/a': '/x/y' }, '/a/../z')).toEqual({ ok: true, path: '/x/z' });
  });

  it('ends on loops and on links that grow', () => {
    expect(resolve({ '/a': 'b', '/b': 'a' }, '/a')).toEqual({ ok: false, code: 'ELOOP' });
    expect(resolve({ '/a': 'a/a/a' }, '/a')).toEqual({ ok: false, code: 'ELOOP' });
    expect(resolve({ '/a': 'x/'.repeat(5000) }, '/a')).toEqual({ ok: false, code: 'ENAMETOOLONG' });
  });

  it('leaves the last component alone when asked for the link itself', () => {
    expect(resolve({ '/a': '/x', '/x/b': 'c' }, '/a/b', false)).toEqual({ ok: true, path: '/x/b' });
  });
});

describe('normalPath', () => {
  it('drops empty components, dots and trailing slashes', () => {
    expect(normalPath('//usr/./lib//../lib64/')).toBe('/usr/lib64');
    expect(normalPath('/../..')).toBe('/');
  });
});
