import { linkSync, lstatSync, mkdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { relocate } from '../../../src/prefix/relocate/relocate.ts';
import { elfImage } from '../../support/elf-image.ts';
import { PRINTING_NVCC, TOOLKIT, writeTree } from '../../support/prefix.ts';
import { tempDir } from '../../support/temp-dir.ts';

const OPTIONS = { cuda: '10.0.130', architecture: 'amd64' as const };

describe('relocate', () => {
  it('puts a script in the place of nvcc, and the real one with its profile and stubs in libexec', async () => {
    const root = join(tempDir(), 'a prefix');
    writeTree(root, TOOLKIT);
    const written = await relocate(root, OPTIONS);
    expect(written).toEqual(['bin/nvcc', 'lib', 'libexec/crt', 'libexec/nvcc', 'libexec/nvcc.profile']);
    expect(readFileSync(join(root, 'libexec/nvcc'), 'utf8')).toBe(PRINTING_NVCC);
    expect(readFileSync(join(root, 'bin/nvcc'), 'utf8')).toContain("newest='7'");
    expect(statSync(join(root, 'bin/nvcc')).mode & 0o777).toBe(0o555);
    expect(readlinkSync(join(root, 'libexec/crt'))).toBe('../bin/crt');
    expect(readFileSync(join(root, 'libexec/nvcc.profile'), 'utf8')).toContain('"-I$(TOP)/include"');
    expect(lstatSync(join(root, 'bin'), { throwIfNoEntry: false })?.isDirectory()).toBe(true);
    expect(lstatSync(join(root, 'bin/nvcc.profile'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('leaves every file that the store shares by a hard link as it was', async () => {
    const folder = tempDir();
    const root = join(folder, 'prefix');
    const pc = 'prefix=/usr\nlibdir=/usr/lib/x86_64-linux-gnu\n';
    writeTree(root, { ...TOOLKIT, 'lib64/pkgconfig/cuda.pc': pc });
    mkdirSync(join(folder, 'store'));
    linkSync(join(root, 'bin/nvcc'), join(folder, 'store/nvcc'));
    linkSync(join(root, 'lib64/pkgconfig/cuda.pc'), join(folder, 'store/cuda.pc'));
    expect(await relocate(root, OPTIONS)).toContain('lib64/pkgconfig/cuda.pc');
    expect(readFileSync(join(folder, 'store/nvcc'), 'utf8')).toBe(PRINTING_NVCC);
    expect(readFileSync(join(folder, 'store/cuda.pc'), 'utf8')).toBe(pc);
    expect(readFileSync(join(root, 'lib64/pkgconfig/cuda.pc'), 'utf8')).toContain('${pcfiledir}');
    expect(statSync(join(root, 'lib64/pkgconfig/cuda.pc')).mode & 0o777).toBe(0o444);
  });

  it('makes the links that ldconfig and maintainer scripts make, and overwrites none', async () => {
    const root = join(tempDir(), 'prefix');
    writeTree(root, {
      'include/cudnn_v7.h': '',
      'lib64/libcudnn.so.7.5.0': elfImage({ soname: 'libcudnn.so.7' }),
      'lib64/libcudart.so.10.0.130': elfImage({ soname: 'libcudart.so.10.0' }),
      'lib64/libcudart.so.10.0': { link: 'nowhere' },
      'lib64/libbroken.so.1': 'no ELF file',
    });
    const written = await relocate(root, OPTIONS);
    expect(written).toEqual([
      'include/cudnn.h',
      'lib',
      'lib64/libcudnn.so',
      'lib64/libcudnn.so.7',
      'targets/x86_64-linux/include',
      'targets/x86_64-linux/lib',
    ]);
    expect(readlinkSync(join(root, 'lib64/libcudnn.so.7'))).toBe('libcudnn.so.7.5.0');
    expect(readlinkSync(join(root, 'lib64/libcudnn.so'))).toBe('libcudnn.so.7');
    expect(readlinkSync(join(root, 'lib64/libcudart.so.10.0'))).toBe('nowhere');
  });

  it('knows where CUDA 13 keeps thrust and cub', async () => {
    const root = join(tempDir(), 'prefix');
    writeTree(root, { ...TOOLKIT, 'include/cccl/thrust/version.h': '' });
    await relocate(root, OPTIONS);
    expect(readFileSync(join(root, 'libexec/nvcc.profile'), 'utf8')).toContain('"$(TOP)/include/cccl"');
  });

  it('refuses a pkg-config file that cannot be one', async () => {
    const root = join(tempDir(), 'prefix');
    writeTree(root, { 'lib64/pkgconfig/cuda.pc': 'x'.repeat(70_000) });
    await expect(relocate(root, OPTIONS)).rejects.toMatchObject({ code: 'relocation-failed' });
  });
});
