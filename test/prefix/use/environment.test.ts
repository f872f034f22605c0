import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  applyEnvironment,
  changeEnvironment,
  environmentOf,
  foldersOf,
  prefixVariables,
} from '../../../src/prefix/use/environment.ts';
import { parseSnapshot } from '../../../src/machine/snapshot/schema.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';
import { prefixInfo } from '../../support/prefix.ts';
import { compatUse } from '../../../src/prefix/use/forward-compat.ts';
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

describe('the libraries of forward compatibility', () => {
  /** A machine with this driver and a GPU of this PCI id. */
  const machine = (driver: string, pciId: string): ReturnType<typeof snapshotMachine> => {
    const [vendor, device] = pciId.split(':');
    const slot = '/sys/bus/pci/devices/0000:01:00.0';
    const files = {
      '/proc/driver/nvidia/version': `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${driver}  Sun May 12 19:39:15 UTC 2024\n`,
      [`${slot}/vendor`]: `0x${vendor}\n`,
      [`${slot}/device`]: `0x${device}\n`,
      [`${slot}/class`]: '0x030200\n',
    };
    const dirs = { '/sys/bus/pci/devices': { entries: ['0000:01:00.0'], complete: true } };
    const text = JSON.stringify({ format: 'gpu-setup/snapshot@1', files, dirs });
    return snapshotMachine(parseSnapshot(text, 'test'), 'test');
  };
  const T4 = '10de:1eb8';
  const GTX_1660_TI = '10de:2182';

  function prefix(cuda: string): string {
    const root = join(tempDir(), 'p');
    for (const folder of ['lib64', 'compat', '.gpu-setup'])
      mkdirSync(join(root, folder), { recursive: true });
    const info = prefixInfo('/h', 'p', { path: root, cuda });
    const manifest = { schema: 'gpu-setup/manifest@1', prefix: info, entries: [], dropped: [], licences: [] };
    writeFileSync(join(root, '.gpu-setup/manifest.json'), JSON.stringify(manifest));
    return root;
  }
  const loaderPath = async (root: string, on: ReturnType<typeof machine>): Promise<unknown> =>
    prefixVariables(await foldersOf(root, on)).lists['LD_LIBRARY_PATH'];

  it('come first where the driver and the GPU are those they are made for', async () => {
    const root = prefix('11.8.89');
    const on = machine('470.256.02', T4);
    expect(await loaderPath(root, on)).toEqual([`${root}/compat`, `${root}/lib64`]);
    expect(await compatUse(root, on)).toEqual({
      used: true,
      why: expect.stringContaining('Tesla T4') as string,
    });
  });

  it.each([
    ['the driver serves the release by itself', '550.54.15', T4],
    ['the driver is of another branch', '455.45.01', T4],
    ['the GPU is none of a data center', '470.256.02', GTX_1660_TI],
  ])('stay off the path of the loader where %s', async (_, driver, pciId) => {
    const root = prefix('11.8.89');
    expect(await loaderPath(root, machine(driver, pciId))).toEqual([`${root}/lib64`]);
  });

  it('stay off it where the prefix does not say which CUDA it is, and where no driver is', async () => {
    const root = prefix('11.8.89');
    writeFileSync(join(root, '.gpu-setup/manifest.json'), '{');
    expect(await loaderPath(root, machine('470.256.02', T4))).toEqual([`${root}/lib64`]);
    const other = prefix('11.8.89');
    expect((await environmentOf(other, {}, []))['LD_LIBRARY_PATH']).toBe(`${other}/lib64`);
  });
});
