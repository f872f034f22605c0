import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { liveMachine } from '../../../src/machine/kinds/live.ts';
import { loaderRung, type LoaderFigures } from '../../../src/smoke/rungs/loader.ts';
import { elfImage, type ElfImage } from '../../support/elf-image.ts';
import { tempDir } from '../../support/temp-dir.ts';

let root: string;
beforeEach(() => {
  root = tempDir();
});

function put(path: string, content: ElfImage | Uint8Array | string): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  const bytes = typeof content === 'string' || content instanceof Uint8Array ? content : elfImage(content);
  writeFileSync(full, bytes);
}

async function judge(files: Readonly<Record<string, ElfImage | Uint8Array | string>>) {
  for (const [path, content] of Object.entries(files)) put(path, content);
  const entries = Object.keys(files).map((path) => ({
    path,
    type: 'file' as const,
    mode: 0o444,
    size: 1,
    sha256: '',
    from: null,
  }));
  const outcome = await loaderRung(liveMachine(), root, entries, join(root, 'lib64'));
  return { ...outcome, figures: outcome.figures as unknown as LoaderFigures };
}

describe('loaderRung', () => {
  it('finds libraries in the prefix, beside the file by its own search path, and on the system', async () => {
    const outcome = await judge({
      'lib64/liba.so.1': { soname: 'liba.so.1', needed: ['libb.so.2', 'libc.so.6'] },
      'lib64/libb.so.2': { soname: 'libb.so.2' },
      'nvvm/bin/cicc': { needed: ['libown.so'], runpath: '$ORIGIN/../own' },
      'nvvm/own/libown.so': {},
      'bin/nvcc': '#!/bin/sh\n',
      'bin/crt/link.stub': 'text',
    });
    expect(outcome).toMatchObject({ status: 'passed', because: null });
    expect(outcome.figures).toMatchObject({ files: 4, needs: 3, missing: [], outside: [] });
  });

  it('fails for what nobody has, and says who needs it', async () => {
    const outcome = await judge({
      'lib64/liba.so.1': { needed: ['libgone.so.7'] },
      'lib64/libb.so.1': { needed: ['libgone.so.7'] },
    });
    expect(outcome.status).toBe('failed');
    expect(outcome.because).toContain('lib64/liba.so.1 needs libgone.so.7');
    expect(outcome.figures.missing).toEqual([
      { soname: 'libgone.so.7', neededBy: ['lib64/liba.so.1', 'lib64/libb.so.1'] },
    ]);
  });

  it('lists what only a driver or a desktop brings, and passes', async () => {
    const outcome = await judge({
      'lib64/liba.so.1': { needed: ['libnvidia-ml.so.1', 'libXnowhere.so.6'] },
    });
    expect(outcome.status).toBe('passed');
    expect(outcome.figures.outside).toEqual([
      { soname: 'libnvidia-ml.so.1', neededBy: ['lib64/liba.so.1'], bringer: 'driver' },
      { soname: 'libXnowhere.so.6', neededBy: ['lib64/liba.so.1'], bringer: 'desktop' },
    ]);
  });

  it('does not look at stubs, which nobody loads', async () => {
    const outcome = await judge({
      'lib64/liba.so.1': {},
      'lib64/stubs/libcuda.so': { needed: ['libgone.so.7'] },
    });
    expect(outcome.status).toBe('passed');
  });

  it('fails where the C library of this system is older than what a file was made for', async () => {
    const outcome = await judge({
      'lib64/liba.so.1': { versionNeeds: { 'libc.so.6': ['GLIBC_2.2.5', 'GLIBC_2.999', 'GLIBC_PRIVATE'] } },
    });
    expect(outcome.status).toBe('failed');
    expect(outcome.because).toContain('GLIBC_2.999');
    expect(outcome.figures.tooNew.map(({ soname }) => soname)).toEqual(['GLIBC_2.999']);
  });

  it('fails for a library that is no ELF file or a damaged one', async () => {
    expect(await judge({ 'lib64/liba.so.1': '' })).toMatchObject({ status: 'failed' });
    const whole = elfImage({ needed: ['libc.so.6'] });
    const cut = await judge({ 'lib64/liba.so.1': whole.subarray(0, 100) });
    expect(cut).toMatchObject({ status: 'failed', because: expect.stringContaining('liba.so.1') });
  });

  describe('of a host compiler', () => {
    const LIB = 'host/sysroot/usr/lib/x86_64-linux-gnu';
    const COMPILER: Readonly<Record<string, ElfImage | string>> = {
      'lib64/liba.so.1': {},
      'host/bin/g++': '#!/bin/sh\n',
      'host/sysroot/usr/lib/gcc/x86_64-linux-gnu/7/cc1plus': '#!/bin/sh\n',
      'host/sysroot/usr/lib/gcc/x86_64-linux-gnu/7/cc1plus.elf': { needed: ['libmpfr.so.6', 'libc.so.6'] },
      [`${LIB}/libmpfr.so.6`]: { soname: 'libmpfr.so.6', needed: ['libc.so.6'] },
      [`${LIB}/libc.so.6`]: { soname: 'libc.so.6', needed: ['ld-linux-x86-64.so.2'] },
      [`${LIB}/libm.so`]: '/* GNU ld script */ GROUP ( libm.so.6 )',
    };

    it('finds what its programs need beside them, whatever C library this system has', async () => {
      const cc1plus = 'host/sysroot/usr/lib/gcc/x86_64-linux-gnu/7/cc1plus.elf';
      const needed = ['libmpfr.so.6', 'libc.so.6'];
      const outcome = await judge({
        ...COMPILER,
        [cc1plus]: { needed, versionNeeds: { 'libc.so.6': ['GLIBC_2.999'] } },
      });
      expect(outcome).toMatchObject({ status: 'passed', because: null });
      expect(outcome.figures).toMatchObject({ files: 4, needs: 4, missing: [], tooNew: [] });
    });

    it('is not served by this system or by the libraries of CUDA: its scripts do not lead there', async () => {
      const { [`${LIB}/libc.so.6`]: _c, [`${LIB}/libmpfr.so.6`]: _mpfr, ...rest } = COMPILER;
      const outcome = await judge({ ...rest, 'lib64/libmpfr.so.6': { soname: 'libmpfr.so.6' } });
      expect(outcome).toMatchObject({
        status: 'failed',
        because:
          'host/sysroot/usr/lib/gcc/x86_64-linux-gnu/7/cc1plus.elf needs libmpfr.so.6, which the sysroot of the host compiler lacks, and 1 more',
      });
      expect(outcome.figures.missing.map(({ soname }) => soname)).toEqual(['libmpfr.so.6', 'libc.so.6']);
    });

    it('fails where one of its libraries is damaged', async () => {
      const whole = elfImage({ needed: ['libc.so.6'] });
      const outcome = await judge({ ...COMPILER, [`${LIB}/libmpfr.so.6`]: whole.subarray(0, 100) });
      expect(outcome).toMatchObject({ status: 'failed', because: expect.stringContaining('libmpfr.so.6') });
    });
  });

  it('fails for a prefix that holds nothing', async () => {
    expect((await judge({})).status).toBe('failed');
  });
});
