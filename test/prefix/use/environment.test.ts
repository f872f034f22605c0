import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEnvironment, changeEnvironment, environmentOf } from '../../../src/prefix/use/environment.ts';
import { tempDir } from '../../support/temp-dir.ts';

const HOME = '/home/u/.local/share/gpu-setup';
const cuda10 = {
  root: `${HOME}/prefixes/cuda10`,
  folders: ['bin', 'include', 'lib64', 'lib64/stubs', 'lib64/pkgconfig'],
  compiler: true,
};
const cuda9 = {
  ...cuda10,
  root: `${HOME}/prefixes/cuda9`,
  folders: [...cuda10.folders, 'extras/CUPTI/lib64'],
};

describe('changeEnvironment', () => {
  it('puts the prefix in front of what the caller has', () => {
    const change = changeEnvironment(cuda10, { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: '/x' }, [HOME]);
    expect(change['PATH']).toBe(`${cuda10.root}/bin:/usr/bin:/bin`);
    expect(change['LD_LIBRARY_PATH']).toBe(`${cuda10.root}/lib64:/x`);
    expect(change['CUDA_HOME']).toBe(cuda10.root);
    expect(change['CUDACXX']).toBe(`${cuda10.root}/bin/nvcc`);
  });

  it('keeps the stubs off the path of the loader and on that of the linker', () => {
    const change = changeEnvironment(cuda10, {}, [HOME]);
    expect(change['LD_LIBRARY_PATH']).toBe(`${cuda10.root}/lib64`);
    expect(change['LIBRARY_PATH']).toBe(`${cuda10.root}/lib64:${cuda10.root}/lib64/stubs`);
  });

  it('leaves no empty entry, which would mean the working directory', () => {
    for (const value of ['', ':', ':/x', '/x::/y', '/x:']) {
      const change = changeEnvironment(cuda10, { LD_LIBRARY_PATH: value, CPATH: value }, [HOME]);
      expect(change['LD_LIBRARY_PATH']!.split(':')).not.toContain('');
      expect(change['CPATH']!.split(':')).not.toContain('');
    }
  });

  it('finds nothing of cuda9 when cuda10 comes after it', () => {
    const first = applyEnvironment({ PATH: '/bin' }, changeEnvironment(cuda9, { PATH: '/bin' }, [HOME]));
    const second = applyEnvironment(first, changeEnvironment(cuda10, first, [HOME]));
    expect(JSON.stringify(second)).not.toContain('cuda9');
    expect(second).toEqual(
      applyEnvironment({ PATH: '/bin' }, changeEnvironment(cuda10, { PATH: '/bin' }, [HOME])),
    );
  });

  it('is the same when it is done twice', () => {
    const once = applyEnvironment({ PATH: '/bin' }, changeEnvironment(cuda10, { PATH: '/bin' }, [HOME]));
    expect(applyEnvironment(once, changeEnvironment(cuda10, once, [HOME]))).toEqual(once);
  });

  it("takes away what another prefix had set and this one does not have, and nobody else's", () => {
    const runtimeOnly = { root: `${HOME}/prefixes/r`, folders: ['lib64'], compiler: false };
    const before = {
      CPATH: `${HOME}/generations/cuda9-1/include`,
      CUDACXX: `${HOME}/prefixes/cuda9/bin/nvcc`,
      PKG_CONFIG_PATH: '/opt/x',
    };
    const change = changeEnvironment(runtimeOnly, before, [HOME]);
    expect(change['CPATH']).toBeNull();
    expect(change['CUDACXX']).toBeNull();
    expect(change['PKG_CONFIG_PATH']).toBe('/opt/x');
    expect(changeEnvironment(runtimeOnly, { CUDACXX: '/usr/bin/nvcc' }, [HOME])).not.toHaveProperty(
      'CUDACXX',
    );
    expect(applyEnvironment(before, change)).not.toHaveProperty('CPATH');
  });

  it.each(['/a:b/prefixes/x', '/a\nb/prefixes/x'])('refuses %j, which no search path can hold', (root) => {
    expect(() => changeEnvironment({ ...cuda10, root }, {}, [])).toThrow(/search path/);
  });
});

it('environmentOf names only folders that are there', async () => {
  const root = join(tempDir(), 'p x');
  for (const folder of ['bin', 'lib64', 'nvvm/lib64']) mkdirSync(join(root, folder), { recursive: true });
  const change = await environmentOf(root, {}, []);
  expect(change['LD_LIBRARY_PATH']).toBe(`${root}/lib64:${root}/nvvm/lib64`);
  expect(change).not.toHaveProperty('CPATH');
  expect(change).not.toHaveProperty('CUDACXX');
});
