/** Which copy wins, and why: the rules of ld.so(8) and of PATH over real folders, with every copy that does not. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rootMachine } from '../../../src/machine/kinds/root.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';
import { which, type Asked } from '../../../src/machine/which/which.ts';
import { renderWhich } from '../../../src/report/which.ts';
import { elfImage } from '../../support/elf-image.ts';
import { newLdCache } from '../../support/ld-cache-image.ts';
import { tempDir } from '../../support/temp-dir.ts';

const MULTIARCH = '/usr/lib/x86_64-linux-gnu';
const CUDART = 'libcudart.so.12';
const library = (soname = CUDART): Uint8Array => elfImage({ soname });

/** A directory as a machine that has an environment. */
async function machineWith(
  files: Readonly<Record<string, Uint8Array | string>>,
  env: Readonly<Record<string, string>> = {},
  links: Readonly<Record<string, string>> = {},
): Promise<Machine> {
  const root = tempDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    if (path.includes('/bin/')) chmodSync(join(root, path), 0o755);
  }
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  const machine = await rootMachine(root);
  return {
    ...machine,
    isRunning: true,
    env: (name) => {
      const from = { kind: 'env', name } as const;
      const value = { PATH: '/usr/bin', ...env }[name];
      return value === undefined ? { state: 'absent', from } : { state: 'present', value, from };
    },
  };
}

const seen = async (machine: Machine, asked: Partial<Asked>): Promise<unknown[]> =>
  (await which(machine, { names: [CUDART], ...asked })).results.map(({ name, state, copies }) => [
    name,
    state,
    ...copies.map(({ path, by, taken }) => `${path} ${by}${taken ? ' taken' : ''}`),
  ]);

describe('a library', () => {
  const files = {
    '/opt/rpath/libcudart.so.12': library(),
    '/opt/env/libcudart.so.12': library(),
    [`${MULTIARCH}/${CUDART}`]: library(),
    '/opt/cached/libcudart.so.12': library(),
    '/etc/ld.so.cache': newLdCache([{ soname: CUDART, path: '/opt/cached/libcudart.so.12' }]),
    '/opt/app/bin/rpath': elfImage({ needed: [CUDART], rpath: '$ORIGIN/../../rpath' }),
    '/opt/app/bin/runpath': elfImage({ needed: [CUDART], runpath: '${ORIGIN}/../../rpath' }),
  };

  it('is taken from LD_LIBRARY_PATH, then the cache, then the default folders; the others are shown', async () => {
    const machine = await machineWith(files, { LD_LIBRARY_PATH: '/opt/env' });
    expect(await seen(machine, {})).toEqual([
      [
        CUDART,
        'found',
        '/opt/env/libcudart.so.12 LD_LIBRARY_PATH taken',
        '/opt/cached/libcudart.so.12 ld.so.cache',
        `${MULTIARCH}/${CUDART} default-path`,
      ],
    ]);
  });

  it("is taken from a file's DT_RPATH before LD_LIBRARY_PATH, from its DT_RUNPATH after it", async () => {
    const machine = await machineWith(files, { LD_LIBRARY_PATH: '/opt/env' });
    const first = async (binary: string): Promise<unknown> =>
      ((await seen(machine, { binary })) as string[][])[0]!.slice(2, 4);
    expect(await first('/opt/app/bin/rpath')).toEqual([
      '/opt/rpath/libcudart.so.12 RPATH taken',
      '/opt/env/libcudart.so.12 LD_LIBRARY_PATH',
    ]);
    expect(await first('/opt/app/bin/runpath')).toEqual([
      '/opt/env/libcudart.so.12 LD_LIBRARY_PATH taken',
      '/opt/rpath/libcudart.so.12 RUNPATH',
    ]);
  });

  it('of another architecture is passed over, and said to be', async () => {
    const machine = await machineWith(
      { ...files, '/opt/env/libcudart.so.12': elfImage({ soname: CUDART, machine: 183 }) },
      { LD_LIBRARY_PATH: '/opt/env' },
    );
    const [result] = (await which(machine, { names: [CUDART] })).results;
    expect(result!.copies[0]).toMatchObject({ taken: false, note: expect.stringContaining('architecture') });
    expect(result!.copies[1]).toMatchObject({ taken: true, by: 'ld.so.cache' });
  });

  it('without a version is every one that is here, each with its own winner', async () => {
    const machine = await machineWith({
      [`${MULTIARCH}/libcudart.so.12.4.127`]: library(),
      [`${MULTIARCH}/libcudart.so.11.8.89`]: library('libcudart.so.11.0'),
    });
    expect((await seen(machine, { names: ['cudart'] })).map((row) => (row as string[]).slice(0, 2))).toEqual([
      ['libcudart.so.11.0', 'missing'],
      [CUDART, 'missing'],
    ]);
  });

  it('in a toolkit where the loader does not look is shown, and missing', async () => {
    const machine = await machineWith({
      '/usr/local/cuda-12.4/version.json': '{"cuda":{"version":"12.4.1"}}',
      '/usr/local/cuda-12.4/bin/nvcc': '#!/bin/sh\n',
      '/usr/local/cuda-12.4/lib64/libcudart.so.12': library(),
    });
    const [result] = (await which(machine, { names: ['libcudart'] })).results;
    expect(result).toMatchObject({ name: CUDART, state: 'missing' });
    expect(result!.copies).toMatchObject([{ by: 'not-searched', taken: false }]);
  });

  it('of which not every place could be looked at is unknown, not missing', async () => {
    const machine = snapshotMachine({ format: 'gpu-setup/snapshot@1' }, 'x');
    expect((await which(machine, { names: ['libcuda.so.1', 'nvcc'] })).results).toMatchObject([
      { state: 'unknown' },
      { state: 'unknown' },
    ]);
  });
});

describe('a program', () => {
  it('is the first on PATH that may be run, behind its wrapper, with the version of its toolkit', async () => {
    const toolkit = (version: string): Record<string, string> => ({
      [`/usr/local/cuda-${version}/bin/nvcc`]: 'x',
      [`/usr/local/cuda-${version}/version.json`]: `{"cuda":{"version":"${version}.1"}}`,
    });
    const machine = await machineWith(
      {
        ...toolkit('11.8'),
        ...toolkit('12.4'),
        '/opt/bin/nvcc': '#!/bin/sh\nexec /usr/local/cuda-12.4/bin/nvcc "$@"\n',
      },
      { PATH: '/opt/bin:relative:/usr/local/cuda-11.8/bin' },
    );
    const [result] = (await which(machine, { names: ['nvcc'] })).results;
    expect(result).toMatchObject({
      state: 'found',
      copies: [
        {
          path: '/opt/bin/nvcc',
          realPath: '/usr/local/cuda-12.4/bin/nvcc',
          version: '12.4.1',
          taken: true,
        },
        { path: '/usr/local/cuda-11.8/bin/nvcc', version: '11.8.1', taken: false },
      ],
    });
  });
});

describe('with a process', () => {
  it('its environment counts, and what it has loaded is named', async () => {
    const machine = snapshotMachine(
      {
        format: 'gpu-setup/snapshot@1',
        files: {
          '/proc/4242/status': 'State:\tS (sleeping)\nTgid:\t4242\n',
          '/proc/4242/maps':
            '7f1c2a000000-7f1c2a400000 r-xp 00000000 08:02 13 /opt/env/libcudart.so.12.4.127 (deleted)\n',
          '/proc/4242/environ': 'LD_LIBRARY_PATH=/opt/env\0',
        },
        elf: { '/opt/env/libcudart.so.12': { soname: CUDART } },
      },
      'x',
    );
    const [result] = (await which(machine, { names: [CUDART], pid: 4242 })).results;
    expect(result).toMatchObject({
      loaded: '/opt/env/libcudart.so.12.4.127 (deleted)',
      copies: [{ path: '/opt/env/libcudart.so.12', by: 'LD_LIBRARY_PATH', taken: true }],
    });
  });
});

describe('on a screen', () => {
  it.each([40, 80, 120])(
    'of %i columns nothing is wider, and control characters are shown as such',
    async (columns) => {
      const machine = await machineWith(
        { '/opt/\u001b[31mred and quite a long name of a folder/libcudart.so.12': library() },
        { LD_LIBRARY_PATH: '/opt/\u001b[31mred and quite a long name of a folder' },
      );
      const found = await which(machine, { names: [CUDART, 'nvcc'] });
      const text = renderWhich(found, { columns, interactive: true, color: false, unicode: true } as never);
      expect(text).not.toContain('\u001b');
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    },
  );
});
