import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { liveMachine } from '../../src/machine/kinds/live.ts';
import { cachedPaths, findLibrary } from '../../src/machine/loader.ts';
import { rootMachine } from '../../src/machine/kinds/root.ts';
import type { Snapshot } from '../../src/machine/snapshot/format.ts';
import { snapshotMachine } from '../../src/machine/snapshot/snapshot.ts';
import { elfImage } from '../support/elf-image.ts';
import { combinedLdCache, newLdCache } from '../support/ld-cache-image.ts';
import { tempDir } from '../support/temp-dir.ts';

const LIBCUDA = 'libcuda.so.1';
const MULTIARCH = '/usr/lib/x86_64-linux-gnu';
const library = (options = {}): Uint8Array => elfImage({ soname: LIBCUDA, ...options });

function image(files: Record<string, Uint8Array | string>, links: Record<string, string> = {}): string {
  const root = tempDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  return root;
}

describe('findLibrary in a root directory', () => {
  it('takes LD_LIBRARY_PATH before the cache, and the cache before the default folders', async () => {
    const root = image({
      '/opt/cuda/libcuda.so.1': library(),
      '/opt/driver/libcuda.so.1': library(),
      [`${MULTIARCH}/libcuda.so.1`]: library(),
      '/etc/ld.so.cache': newLdCache([{ soname: LIBCUDA, path: '/opt/driver/libcuda.so.1' }]),
    });
    const machine = await rootMachine(root);
    expect(await findLibrary(machine, LIBCUDA, { searchPath: '/none:/opt/cuda/' })).toMatchObject({
      value: { path: '/opt/cuda/libcuda.so.1', by: 'LD_LIBRARY_PATH', notes: [] },
    });
    expect(await findLibrary(machine, LIBCUDA)).toMatchObject({
      value: { path: '/opt/driver/libcuda.so.1', by: 'ld.so.cache', notes: [] },
    });
    expect(await cachedPaths(machine, LIBCUDA)).toEqual(['/opt/driver/libcuda.so.1']);
  });

  it('falls back to the default folders where the cache is missing, stale or damaged', async () => {
    const files = { [`${MULTIARCH}/libcuda.so.1`]: library() };
    const expected = { value: { path: `${MULTIARCH}/libcuda.so.1`, by: 'default-path' } };
    const stale = combinedLdCache([{ soname: LIBCUDA, path: '/gone/libcuda.so.1' }]);
    expect(await findLibrary(await rootMachine(image(files)), LIBCUDA)).toMatchObject(expected);
    for (const cache of [stale, stale.subarray(0, 70), 'no cache at all']) {
      const machine = await rootMachine(image({ ...files, '/etc/ld.so.cache': cache }));
      expect(await findLibrary(machine, LIBCUDA)).toMatchObject(expected);
    }
  });

  it('passes over other architectures, folders and dangling links, as the loader does', async () => {
    const root = image(
      {
        '/i386/libcuda.so.1': library({ bits: 32, machine: 3 }),
        '/arm/libcuda.so.1': library({ machine: 183 }),
        '/folder/libcuda.so.1/x': '',
        '/links/x': '',
        '/good/libcuda.so.535.183.01': library(),
        '/etc/ld.so.cache': newLdCache([
          { soname: LIBCUDA, path: '/i386/libcuda.so.1', flags: 0x0003 },
          { soname: LIBCUDA, path: '/good/libcuda.so.1' },
        ]),
      },
      { '/links/libcuda.so.1': 'missing', '/good/libcuda.so.1': 'libcuda.so.535.183.01' },
    );
    const machine = await rootMachine(root);
    expect(await findLibrary(machine, LIBCUDA, { searchPath: '/i386:/arm:/folder:/links' })).toMatchObject({
      value: { path: '/good/libcuda.so.1', realPath: '/good/libcuda.so.535.183.01', by: 'ld.so.cache' },
    });
    expect(
      await findLibrary(machine, LIBCUDA, { searchPath: '/i386:/arm', architecture: 'aarch64' }),
    ).toMatchObject({
      value: { path: '/arm/libcuda.so.1' },
    });
  });

  it('stops at a file that is no library: the loader opens it and fails', async () => {
    const machine = await rootMachine(image({ '/a/libcuda.so.1': 'text', '/b/libcuda.so.1': library() }));
    expect(await findLibrary(machine, LIBCUDA, { searchPath: '/a:/b' })).toMatchObject({
      value: { path: '/a/libcuda.so.1' },
    });
  });

  it('prefers entries that every processor takes', async () => {
    const machine = await rootMachine(
      image({
        '/v3/libz.so.1': library(),
        '/base/libz.so.1': library(),
        '/etc/ld.so.cache': newLdCache([
          { soname: 'libz.so.1', path: '/v3/libz.so.1', hwcap: 1n << 62n },
          { soname: 'libz.so.1', path: '/base/libz.so.1' },
        ]),
      }),
    );
    expect(await findLibrary(machine, 'libz.so.1')).toMatchObject({ value: { path: '/base/libz.so.1' } });
  });

  it('mentions entries that depend on where a program is started', async () => {
    const machine = await rootMachine(image({ [`${MULTIARCH}/libcuda.so.1`]: library() }));
    const found = await findLibrary(machine, LIBCUDA, { searchPath: ':lib:$ORIGIN/lib' });
    expect(found.state === 'present' && found.value.notes).toHaveLength(3);
  });

  it('is absent where every place was looked at', async () => {
    expect(await findLibrary(await rootMachine(image({})), LIBCUDA, { searchPath: '/a' })).toMatchObject({
      state: 'absent',
    });
  });
});

describe('findLibrary in a snapshot', () => {
  const machineOf = (snapshot: Omit<Snapshot, 'format'>) =>
    snapshotMachine({ format: 'gpu-setup/snapshot@1', ...snapshot }, 'test');
  const cache = Buffer.from(newLdCache([{ soname: LIBCUDA, path: `${MULTIARCH}/libcuda.so.1` }])).toString(
    'base64',
  );

  it('does not call absent what nobody looked for', async () => {
    expect(await findLibrary(machineOf({}), LIBCUDA)).toMatchObject({
      state: 'unknown',
      reason: 'not-recorded',
    });
  });

  it('believes the cache about a file that was not recorded, and says what it could not see', async () => {
    const found = await findLibrary(machineOf({ files: { '/etc/ld.so.cache': { base64: cache } } }), LIBCUDA);
    expect(found).toMatchObject({ value: { path: `${MULTIARCH}/libcuda.so.1`, by: 'ld.so.cache' } });
    expect(found.state === 'present' && found.value.notes.join()).toContain('LD_LIBRARY_PATH is not known');
  });

  it('is absent where the recording shows every place empty', async () => {
    const nothing = { entries: [], complete: true };
    const folders = ['/lib', '/usr/lib', '/lib64', '/usr/lib64'].map((path) => [path, nothing]);
    const machine = machineOf({
      files: { '/etc/ld.so.cache': null },
      dirs: Object.fromEntries(folders) as Record<string, typeof nothing>,
      env: {},
      context: { envNames: ['LD_LIBRARY_PATH'] },
    });
    expect(await findLibrary(machine, LIBCUDA)).toMatchObject({ state: 'absent' });
  });
});

describe('findLibrary on this machine', () => {
  it('finds the C library by the cache or a default folder', async () => {
    const found = await findLibrary(liveMachine({ env: {} }), 'libc.so.6', {
      architecture: process.arch === 'arm64' ? 'aarch64' : 'x86-64',
    });
    expect(found).toMatchObject({ state: 'present', value: { notes: [] } });
  });
});
