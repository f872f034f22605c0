import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DecoderPool } from '../../../src/formats/archive/decoder-pool.ts';
import { readUpTo } from '../../../src/formats/archive/byte-source.ts';
import { dictionarySize, parseFooter, parseIndex, wrapBlock } from '../../../src/apt/deb/xz-format.ts';
import { readBlocks } from '../../../src/apt/deb/xz-blocks.ts';
import { XzSource } from '../../../src/apt/deb/xz-source.ts';
import { compress } from '../../support/deb.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';

const folder = sharedTempDir();
const files: FileHandle[] = [];
afterEach(async () => {
  for (const file of files.splice(0)) await file.close();
});

const plain = Buffer.concat(
  Array.from({ length: 4000 }, (_, i) =>
    createHash('sha256')
      .update(String(i % 3000))
      .digest(),
  ),
);
const BLOCK = 10_000;
const packed = compress(plain, 'xz', BLOCK);

/** The bytes stand in the middle of a file, as data.tar.xz does. */
async function part(bytes: Buffer): Promise<{ file: FileHandle; path: string; start: number; size: number }> {
  const path = join(folder, 'x.deb');
  await writeFile(path, Buffer.concat([Buffer.from('before!'), bytes, Buffer.from('after')]));
  const file = await open(path);
  files.push(file);
  return { file, path, start: 7, size: bytes.length };
}
const sourceOf = async (bytes: Buffer, slots = 2): Promise<XzSource> =>
  XzSource.open(await part(bytes), { pool: new DecoderPool({ slots }) });

describe('readBlocks', () => {
  it('finds every block where xz --list says it is', async () => {
    const blocks = await readBlocks(await part(packed));
    expect(blocks.length).toBe(Math.ceil(plain.length / BLOCK));
    expect(blocks.map(({ offset }) => offset)).toEqual(blocks.map((_, i) => i * BLOCK));
    await writeFile(join(folder, 'x.xz'), packed);
    const listed = spawnSync('xz', ['--robot', '-lvv', join(folder, 'x.xz')], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((line) => line.startsWith('block\t'))
      // block, stream, block in stream, block in file, compressed offset, uncompressed offset
      .map((line) => line.split('\t'))
      .map((fields) => Number(fields[4]) + 7);
    expect(blocks.map(({ fileOffset }) => fileOffset)).toEqual(listed);
  });

  it('reads files of several streams, with padding between and behind them', async () => {
    const two = Buffer.concat([
      packed,
      Buffer.alloc(8),
      compress(Buffer.from('tail'), 'xz'),
      Buffer.alloc(4),
    ]);
    const source = await sourceOf(two);
    expect(source.size).toBe(plain.length + 4);
    expect((await readUpTo(source, source.size)).equals(Buffer.concat([plain, Buffer.from('tail')]))).toBe(
      true,
    );
    await source.close();
  });

  it.each([
    ['a changed index', -20],
    ['a changed footer', -6],
    ['a missing magic', -1],
    ['a changed stream header', 7],
  ])('refuses %s', async (_, at) => {
    const bytes = Buffer.from(packed);
    bytes[(at + bytes.length) % bytes.length]! ^= 1;
    await expect(readBlocks(await part(bytes))).rejects.toMatchObject({ code: 'bad-deb' });
  });

  it('refuses a file that is cut at either end', async () => {
    for (const bytes of [
      packed.subarray(0, -1),
      packed.subarray(4),
      packed.subarray(0, 11),
      Buffer.alloc(3),
    ]) {
      await expect(readBlocks(await part(Buffer.from(bytes)))).rejects.toMatchObject({ code: 'bad-deb' });
    }
  });
});

describe('XzSource', () => {
  it('gives the same bytes as the whole file, wherever it is entered', async () => {
    for (const slots of [1, 3]) {
      const source = await sourceOf(packed, slots);
      let at = 0;
      for (const [skip, length] of [
        [5, 10],
        [0, 20_000],
        [25_000, 9_990],
        [3, 1],
        [9_999, 30_001],
        [10, 5],
      ] as const) {
        await source.skip(skip);
        at += skip;
        source.expect(length);
        expect(
          (await readUpTo(source, length)).equals(plain.subarray(at, at + length)),
          `${at}+${length}`,
        ).toBe(true);
        at += length;
      }
      await source.close();
    }
  });

  it('starts no decoder for what is only skipped', async () => {
    const pool = new DecoderPool({ slots: 1 });
    let turns = 0;
    const acquire = pool.acquire.bind(pool);
    pool.acquire = (bytes, signal) => {
      turns++;
      return acquire(bytes, signal);
    };
    const source = await XzSource.open(await part(packed), { pool });
    await source.skip(5 * BLOCK + 17);
    expect(await source.next(3)).toEqual(plain.subarray(5 * BLOCK + 17, 5 * BLOCK + 20));
    await source.skip(4 * BLOCK);
    await source.next(1);
    expect(turns).toBe(2);
    await source.close();
  });

  it('gives its turn back when it is closed in the middle', async () => {
    const pool = new DecoderPool({ slots: 2 });
    const from = await part(packed);
    for (let i = 0; i < 5; i++) {
      const source = await XzSource.open(from, { pool });
      source.expect(source.size);
      await source.next(10);
      await source.close();
      await source.close();
    }
    const releases = await Promise.all([pool.acquire(1), pool.acquire(1)]);
    expect(releases).toHaveLength(2);
  });

  it('notices a block that is damaged, and one whose size the index states wrongly', async () => {
    const bytes = Buffer.from(packed);
    const [block] = await readBlocks(await part(bytes));
    bytes[block!.fileOffset - 7 + block!.unpaddedSize - 1]! ^= 1;
    const source = await sourceOf(bytes);
    await expect(readUpTo(source, BLOCK)).rejects.toMatchObject({ code: 'bad-deb' });
    await source.close();
    const { before, after } = wrapBlock(
      { unpaddedSize: block!.unpaddedSize, uncompressedSize: 20 },
      block!.flags,
    );
    const start = block!.fileOffset - 7;
    const lying = Buffer.concat([
      before,
      packed.subarray(start, start + Math.ceil(block!.unpaddedSize / 4) * 4),
      after,
    ]);
    const other = await sourceOf(lying);
    await expect(readUpTo(other, 20)).rejects.toMatchObject({ code: 'bad-deb' });
    await other.close();
  });
});

describe('xz format', () => {
  it('wraps one block into a file that xz accepts', async () => {
    const [, second] = await readBlocks(await part(packed));
    const { before, after } = wrapBlock(second!, second!.flags);
    const start = second!.fileOffset - 7;
    const file = Buffer.concat([
      before,
      packed.subarray(start, start + Math.ceil(second!.unpaddedSize / 4) * 4),
      after,
    ]);
    const result = spawnSync('xz', ['-dc'], { input: file });
    expect(result.status).toBe(0);
    expect(result.stdout.equals(plain.subarray(BLOCK, 2 * BLOCK))).toBe(true);
  });

  it('does not believe counts and numbers that cannot be', () => {
    expect(() => parseIndex(Buffer.from([0, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0]))).toThrow();
    expect(() => parseIndex(Buffer.alloc(8))).toThrow();
    expect(() => parseIndex(Buffer.alloc(0))).toThrow();
    expect(() => parseFooter(Buffer.alloc(12))).toThrow();
  });

  it('reads the dictionary size from a block header, and null where there is no LZMA2', async () => {
    const [block] = await readBlocks(await part(packed));
    // xz -1 uses 1 MiB.
    expect(dictionarySize(packed.subarray(block!.fileOffset - 7))).toBe(1 << 20);
    expect(dictionarySize(Buffer.from([2, 0, 0x21, 1, 40]))).toBe(2 ** 32 - 1);
    expect(dictionarySize(Buffer.from([2, 0, 4, 0, 0, 0]))).toBeNull();
    expect(dictionarySize(Buffer.alloc(0))).toBeNull();
  });
});
