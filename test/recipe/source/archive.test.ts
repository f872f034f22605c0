import { existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unpackSource } from '../../../src/recipe/source/archive.ts';
import { buildTar, compress, type Compression, type TarEntry } from '../../support/deb.ts';
import { tempDir } from '../../support/temp-dir.ts';

const FILES: TarEntry[] = [
  { path: 'darknet/' },
  { path: 'darknet/Makefile', content: 'all:\n' },
  { path: 'darknet/run.sh', content: '#!/bin/sh\n', mode: 0o755 },
  { path: 'darknet/data/latest', link: '../Makefile' },
];

function archive(entries: readonly TarEntry[], compression: Compression = 'none'): string {
  const path = join(tempDir(), 'source.tar');
  writeFileSync(path, compress(buildTar(entries), compression));
  return path;
}

describe('unpackSource', () => {
  it.each<Compression>(['none', 'gz', 'xz'])(
    'unpacks a tar archive (%s), and finds the folder in it',
    async (how) => {
      const to = tempDir();
      const root = await unpackSource(archive(FILES, how), to);
      expect(root).toBe(join(to, 'darknet'));
      expect(readFileSync(join(root, 'Makefile'), 'utf8')).toBe('all:\n');
      expect(statSync(join(root, 'run.sh')).mode & 0o777).toBe(0o755);
      expect(readlinkSync(join(root, 'data/latest'))).toBe('../Makefile');
    },
  );

  it('takes an archive without a folder of its own as it is', async () => {
    const to = tempDir();
    const root = await unpackSource(
      archive([
        { path: 'Makefile', content: 'all:\n' },
        { path: 'a.c', content: '' },
      ]),
      to,
    );
    expect(root).toBe(to);
  });

  it.each<[string, TarEntry[]]>([
    ['a path that leads out', [{ path: '../evil', content: 'x' }]],
    ['an absolute path', [{ path: '/tmp/evil', content: 'x' }]],
    ['a link that leads out', [{ path: 'a', link: '../../etc' }]],
    ['an absolute link', [{ path: 'a', link: '/etc' }]],
    ['a file below a link', [{ path: 'd/' }, { path: 'a', link: 'd' }, { path: 'a/b', content: 'x' }]],
    [
      'a file that stands there twice',
      [
        { path: 'a', content: 'x' },
        { path: 'a', content: 'y' },
      ],
    ],
  ])('refuses %s', async (_what, entries) => {
    const to = tempDir();
    await expect(unpackSource(archive(entries), to)).rejects.toMatchObject({ code: 'unsafe-member' });
    expect(existsSync(join(to, '..', 'evil'))).toBe(false);
  });

  it.each<[string, Uint8Array]>([
    ['text', Buffer.from('no archive at all, but long enough to be looked at '.repeat(20))],
    ['nothing', Buffer.alloc(0)],
    ['an archive that is cut off', buildTar(FILES).subarray(0, 700)],
    ['a compressed one that is cut off', compress(buildTar(FILES), 'gz').subarray(0, 100)],
    ['an archive without files', buildTar([{ path: 'a/' }])],
  ])('refuses %s, and says so', async (_what, bytes) => {
    const path = join(tempDir(), 'x.tar');
    writeFileSync(path, bytes);
    await expect(unpackSource(path, tempDir())).rejects.toMatchObject({ code: 'bad-source-archive' });
  });
});
