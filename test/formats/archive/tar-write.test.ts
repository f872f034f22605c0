import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StreamSource } from '../../../src/formats/archive/byte-source.ts';
import { tarMembers } from '../../../src/formats/archive/tar.ts';
import { TAR_END, tarFileHeader, tarPadding } from '../../../src/formats/archive/tar-write.ts';
import { tempDir } from '../../support/temp-dir.ts';

const LONG = `${'folder/'.repeat(30)}name with a space-ä`;
const FILES: readonly [string, Buffer][] = [
  ['empty', Buffer.alloc(0)],
  ['a/block', Buffer.alloc(512, 'b')],
  ['a/more', Buffer.alloc(513, 'c')],
  [LONG, Buffer.from('long')],
];

const archive = Buffer.concat([
  ...FILES.flatMap(([name, bytes]) => [tarFileHeader(name, bytes.length), bytes, tarPadding(bytes.length)]),
  TAR_END,
]);

const reader = (bytes: Buffer): StreamSource => {
  let left: Buffer | null = bytes;
  const next = async (): Promise<Buffer | null> => {
    const all = left;
    left = null;
    return all;
  };
  return new StreamSource({ next, close: async () => {} });
};

describe('a tar archive', () => {
  it('is unpacked by the system’s tar, long names and all', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'out'));
    writeFileSync(join(dir, 'x.tar'), archive);
    execFileSync('tar', ['-xf', 'x.tar', '-C', 'out'], { cwd: dir });
    for (const [name, bytes] of FILES)
      expect(readFileSync(join(dir, 'out', name)).equals(bytes), name).toBe(true);
  });

  it('is read back as it was written', async () => {
    const found: [string, Buffer][] = [];
    for await (const member of tarMembers(reader(archive), (why) => new Error(why))) {
      const chunks: Buffer[] = [];
      for await (const chunk of member.chunks()) chunks.push(chunk);
      found.push([member.path, Buffer.concat(chunks)]);
    }
    expect(found).toEqual(FILES);
  });

  it('may hold a file of more than eight gigabytes', async () => {
    const size = 9 * 2 ** 30;
    const members = tarMembers(reader(tarFileHeader('large', size)), (why) => new Error(why));
    expect((await members.next()).value).toMatchObject({ path: 'large', size });
  });
});
