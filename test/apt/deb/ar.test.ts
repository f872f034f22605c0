import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAr, type ArMember } from '../../../src/apt/deb/ar.ts';
import { buildAr } from '../../support/deb.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';

const folder = sharedTempDir();

async function read(bytes: Uint8Array): Promise<ArMember[]> {
  const path = join(folder, 'x.deb');
  await writeFile(path, bytes);
  const file = await open(path);
  try {
    return await readAr(file, path);
  } finally {
    await file.close();
  }
}

const good = buildAr([
  { name: 'debian-binary', content: '2.0\n' },
  { name: 'control.tar.xz/', content: 'odd' },
  { name: 'data.tar.xz', content: 'payload' },
  { name: '_gpgbuilder', content: 'signature' },
]);

describe('readAr', () => {
  it('finds members with odd sizes, a trailing slash (GNU), and names it does not know', async () => {
    expect(await read(good)).toEqual([
      { name: 'debian-binary', offset: 68, size: 4 },
      { name: 'control.tar.xz', offset: 132, size: 3 },
      { name: 'data.tar.xz', offset: 196, size: 7 },
      { name: '_gpgbuilder', offset: 264, size: 9 },
    ]);
  });

  it('refuses what is no ar archive, and names the file', async () => {
    await expect(read(Buffer.from('<html>404</html>'))).rejects.toMatchObject({
      code: 'bad-deb',
      message: expect.stringContaining('x.deb') as string,
    });
    await expect(read(Buffer.alloc(0))).rejects.toMatchObject({ code: 'bad-deb' });
  });

  it('refuses an archive that is cut anywhere inside a header or a member', async () => {
    // Between members an archive may end, with or without the padding byte.
    const boundaries = new Set([8, 72, 135, 136, 203, 204]);
    for (let end = 1; end < good.length - 1; end++) {
      if (boundaries.has(end)) continue;
      await expect(read(good.subarray(0, end)), `cut at ${end}`).rejects.toMatchObject({ code: 'bad-deb' });
    }
  });

  it('refuses a member that claims more bytes than follow, and a size that is no number', async () => {
    await expect(
      read(buildAr([{ name: 'data.tar', content: 'x', claimSize: 9_999_999_999 }])),
    ).rejects.toMatchObject({ code: 'bad-deb', message: expect.stringContaining('9999999999') as string });
    const bytes = Buffer.from(good);
    bytes.write('-5', 8 + 48);
    await expect(read(bytes)).rejects.toMatchObject({ code: 'bad-deb' });
  });

  it('does not collect members without end', async () => {
    const many = buildAr(Array.from({ length: 200 }, (_, i) => ({ name: `m${i}`, content: '' })));
    await expect(read(many)).rejects.toMatchObject({ code: 'bad-deb' });
  });
});
