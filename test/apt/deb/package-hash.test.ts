import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDeb } from '../../../src/apt/deb/deb.ts';
import { PackageHash } from '../../../src/apt/deb/package-hash.ts';
import { checkPackage } from '../../../src/apt/package/verified-file.ts';
import { buildAr, buildDeb } from '../../support/deb.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';

const folder = sharedTempDir();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const payload = Buffer.from('the payload, of an odd length..');
const deb = buildAr([
  { name: 'debian-binary', content: '2.0\n' },
  { name: 'control.tar.xz/', content: 'odd' },
  { name: 'data.tar.xz', content: payload },
  { name: '_gpgbuilder', content: 'signature' },
]);

function hashed(bytes: Buffer, piece: number): PackageHash {
  const hash = new PackageHash();
  for (let at = 0; at < bytes.length; at += piece) hash.update(bytes.subarray(at, at + piece));
  return hash;
}

describe('both digests of a package in one pass', () => {
  it('are right however the bytes are cut into pieces', () => {
    const at = deb.indexOf(payload);
    for (let piece = 1; piece <= deb.length; piece++) {
      const hash = hashed(deb, piece);
      expect(hash.sha256()).toBe(sha256(deb));
      expect(hash.payload()).toEqual({ offset: at, size: payload.length, sha256: sha256(payload) });
    }
  });

  it('may be asked for in between: the payload has a digest when all of it came', () => {
    const end = deb.indexOf(payload) + payload.length;
    const hash = new PackageHash();
    hash.update(deb.subarray(0, end - 1));
    expect(hash.payload()).toBeNull();
    expect(hash.sha256()).toBe(sha256(deb.subarray(0, end - 1)));
    hash.update(deb.subarray(end - 1, end));
    expect(hash.payload()?.sha256).toBe(sha256(payload));
    hash.update(deb.subarray(end));
    expect(hash.sha256()).toBe(sha256(deb));
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a page in its place', Buffer.from('<html>404</html>'.repeat(20))],
    ['a damaged header', Buffer.concat([deb.subarray(0, 66), Buffer.from('??'), deb.subarray(68)])],
    ['a file cut inside a header', deb.subarray(0, 100)],
    ['a payload that claims more than follows', deb.subarray(0, deb.indexOf(payload) + 5)],
  ])('of %s: that of the bytes, and no payload', (_, bytes) => {
    for (const piece of [1, 7, 1000]) {
      const hash = hashed(bytes, piece);
      expect(hash.sha256()).toBe(sha256(bytes));
      expect(hash.payload()).toBeNull();
    }
  });

  it('spare the reader of a checked package the second pass, and only of these very bytes', async () => {
    const bytes = buildDeb({ control: { Package: 'a', Version: '1', Architecture: 'all' }, members: [] });
    const path = join(folder, 'a.deb');
    await writeFile(path, bytes);
    const listed = { size: bytes.length, sha256: sha256(bytes) };
    const handle = await open(path);
    const checked = await checkPackage(handle, listed);
    const elsewhere = { ...checked!.payload!, offset: checked!.payload!.offset - 1 };
    const deb = await readDeb({ path, handle, ...checked });
    const misled = await readDeb({ path, handle, payload: { ...elsewhere, sha256: '0'.repeat(64) } });
    const fresh = await (await readDeb({ path, handle })).dataSha256();
    expect(await misled.dataSha256()).toBe(fresh);
    await handle.close();
    // Nothing can be read any more.
    expect(await deb.dataSha256()).toBe(fresh);
  });
});
