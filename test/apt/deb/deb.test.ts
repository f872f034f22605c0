import { createHash } from 'node:crypto';
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readDeb, type Deb, type DebOptions } from '../../../src/apt/deb/deb.ts';
import { DecoderPool } from '../../../src/formats/archive/decoder-pool.ts';
import { buildAr, buildDeb, buildTar, compress, type Compression, type TarEntry } from '../../support/deb.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';

const folder = sharedTempDir();

const CONTROL = { Package: 'cuda-cudart-10-0', Version: '10.0.130-1', Architecture: 'amd64' };

/** Incompressible but the same every time. */
function noise(size: number, seed: string): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; parts.length * 32 < size; i++)
    parts.push(createHash('sha256').update(`${seed}${i}`).digest());
  return Buffer.concat(parts).subarray(0, size);
}

async function put(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'package.deb');
  await writeFile(path, bytes);
  return path;
}

const opened: FileHandle[] = [];
afterEach(async () => {
  for (const handle of opened.splice(0)) await handle.close();
});

async function openDeb(path: string, options: DebOptions = {}): Promise<Deb> {
  const handle = await open(path);
  opened.push(handle);
  return readDeb({ path, handle }, options);
}

/** Digests of the wanted files. */
async function contents(
  path: string,
  options: DebOptions = {},
  wants: (path: string) => boolean = () => true,
): Promise<Record<string, string>> {
  const deb = await openDeb(path, options);
  const found: Record<string, string> = {};
  for await (const member of deb.members()) {
    if (member.type !== 'file' || !wants(member.path)) continue;
    const hash = createHash('sha256');
    for await (const chunk of member.chunks()) hash.update(chunk);
    found[member.path] = hash.digest('hex');
  }
  return found;
}

const members: TarEntry[] = Array.from({ length: 12 }, (_, i) => ({
  path: `./usr/f${i}`,
  content: noise(40_000 + i * 1000, `f${i}`),
}));
const expected = Object.fromEntries(
  members.map(({ path, content }) => [path.slice(2), createHash('sha256').update(content!).digest('hex')]),
);
const NOWHERE = { programPath: '/nonexistent' };

describe('readDeb', () => {
  it.each<[string, Compression, number | undefined, DebOptions]>([
    ['xz, one block', 'xz', undefined, {}],
    ['xz, many blocks', 'xz', 50_000, {}],
    ['gzip', 'gz', undefined, {}],
    ['zstd, as this runtime or the system decodes it', 'zst', undefined, {}],
    ['zstd, without a program', 'zst', undefined, NOWHERE],
    ['no compression', 'none', undefined, {}],
  ])('reads every member: %s', async (_, compression, blockSize, options) => {
    const path = await put(
      buildDeb({ control: CONTROL, members, compression, ...(blockSize ? { blockSize } : {}) }),
    );
    expect(await contents(path, options)).toEqual(expected);
    expect(Object.keys(await contents(path, options, (p) => p === 'usr/f3' || p === 'usr/f9'))).toEqual([
      'usr/f3',
      'usr/f9',
    ]);
  });

  it('reads control files, scripts as text, and skips ar members it does not know', async () => {
    const path = await put(
      buildDeb({
        control: CONTROL,
        members: [],
        scripts: { postinst: '#!/bin/sh\nexit 1\n' },
        conffiles: ['/etc/x'],
        extraArMembers: [{ name: '_gpgbuilder', content: 'sig' }],
      }),
    );
    const deb = await openDeb(path);
    expect(await deb.controlFile('control')).toContain('Package: cuda-cudart-10-0\n');
    expect(await deb.controlFile('postinst')).toBe('#!/bin/sh\nexit 1\n');
    expect(await deb.controlFile('conffiles')).toBe('/etc/x\n');
    expect(await deb.controlFile('preinst')).toBeNull();
  });

  it('takes the digest of data.tar as it lies there, whatever is around it', async () => {
    const data = compress(buildTar(members), 'xz');
    const around = (extra: string): Buffer =>
      buildAr([
        { name: 'debian-binary', content: '2.0\n' },
        { name: 'control.tar.gz', content: compress(buildTar([]), 'gz') },
        { name: 'data.tar.xz', content: data },
        { name: '_gpgbuilder', content: extra },
      ]);
    for (const extra of ['first signature', 'another signature']) {
      const deb = await openDeb(await put(around(extra)));
      expect(await deb.dataSha256()).toBe(createHash('sha256').update(data).digest('hex'));
    }
  });

  it.each([
    [
      'bzip2',
      [
        { name: 'control.tar.gz', content: '' },
        { name: 'data.tar.bz2', content: '' },
      ],
      /data\.tar\.bz2.*supported/,
    ],
    [
      'lzma',
      [
        { name: 'control.tar.gz', content: '' },
        { name: 'data.tar.lzma', content: '' },
      ],
      /data\.tar\.lzma/,
    ],
    ['no payload', [{ name: 'control.tar.gz', content: '' }], /no data\.tar/],
    [
      'two payloads',
      [
        { name: 'control.tar', content: '' },
        { name: 'data.tar', content: '' },
        { name: 'data.tar.xz', content: '' },
      ],
      /2 members/,
    ],
  ])('refuses %s by name', async (_, entries, message) => {
    const path = await put(buildAr([{ name: 'debian-binary', content: '2.0\n' }, ...entries]));
    await expect(openDeb(path)).rejects.toMatchObject({
      code: 'bad-deb',
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses an archive that is no Debian package, or of another format version', async () => {
    await expect(openDeb(await put(buildAr([{ name: 'x', content: '' }])))).rejects.toMatchObject({
      code: 'bad-deb',
    });
    const version3 = buildAr([{ name: 'debian-binary', content: '3.0\n' }]);
    await expect(openDeb(await put(version3))).rejects.toMatchObject({ code: 'bad-deb' });
  });

  it.each<[string, Compression, DebOptions]>([
    ['xz', 'xz', {}],
    ['gzip', 'gz', {}],
    ['zstd', 'zst', {}],
    // The built-in zstd decoder checks no checksums: what it is given was checked by the package's digest.
  ])('reports damaged compressed data as bad-deb: %s', async (_, compression, options) => {
    const data = compress(buildTar(members), compression);
    data.fill(0x55, data.length >> 1, (data.length >> 1) + 200);
    const path = await put(
      buildAr([
        { name: 'debian-binary', content: '2.0\n' },
        { name: 'control.tar', content: buildTar([]) },
        { name: `data.tar.${compression}`, content: data },
      ]),
    );
    await expect(contents(path, options)).rejects.toMatchObject({ code: 'bad-deb' });
    // A decoder that failed does not stand in the way of the next.
    const sound = await put(buildDeb({ control: CONTROL, members, compression }));
    expect(await contents(sound, options)).toEqual(expected);
  });

  it.each<[string, Compression, DebOptions]>([
    ['gzip', 'gz', {}],
    ['zstd', 'zst', {}],
    ['built-in zstd', 'zst', NOWHERE],
  ])('reports compressed data that is cut off: %s', async (_, compression, options) => {
    const data = compress(buildTar(members), compression);
    const path = await put(
      buildAr([
        { name: 'debian-binary', content: '2.0\n' },
        { name: 'control.tar', content: buildTar([]) },
        { name: `data.tar.${compression}`, content: data.subarray(0, data.length - 3000) },
      ]),
    );
    await expect(contents(path, options)).rejects.toMatchObject({ code: 'bad-deb' });
  });

  it('reads several packages at once from one pool, more of them than the pool has turns', async () => {
    const paths: string[] = [];
    for (let i = 0; i < 4; i++) {
      paths.push(join(folder, `p${i}.deb`));
      await writeFile(paths[i]!, buildDeb({ control: CONTROL, members, blockSize: 30_000 }));
    }
    const pool = new DecoderPool({ slots: 2 });
    const all = await Promise.all(paths.map((path) => contents(path, { pool })));
    expect(all).toEqual([expected, expected, expected, expected]);
  });

  it('stops when it is aborted, with the reason given', async () => {
    const path = await put(buildDeb({ control: CONTROL, members, blockSize: 50_000 }));
    const stop = new AbortController();
    const reason = new Error('stop');
    await expect(
      contents(path, { signal: stop.signal }, (p) => {
        if (p === 'usr/f5') stop.abort(reason);
        return true;
      }),
    ).rejects.toBe(reason);
  });
});
