/** Streams that a thread decodes: whole, left early, stopped, damaged; the thread is free for the next one each time. */
import { createHash } from 'node:crypto';
import { open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { ByteStream } from '../../../../src/formats/archive/byte-source.ts';
import type { InputPart } from '../../../../src/formats/archive/decoder-input.ts';
import { BUFFER } from '../../../../src/formats/archive/workers/spare-buffers.ts';
import {
  WINDOW,
  workerStream,
  type WorkerStreamOptions,
} from '../../../../src/formats/archive/workers/stream.ts';
import { compress } from '../../../support/deb.ts';
import { sharedTempDir } from '../../../support/temp-dir.ts';

const ADDON = '../../../../node_modules/node-liblzma/prebuilds/linux-x64/node-liblzma.node';
const folder = sharedTempDir();
const files: FileHandle[] = [];
afterEach(async () => {
  for (const file of files.splice(0)) await file.close();
});

/** More than a reader and its worker have between them. */
const plain = Buffer.concat(
  Array.from({ length: (4 * WINDOW) / 32 + 7 }, (_, i) =>
    createHash('sha256')
      .update(`${i % 5000}`)
      .digest(),
  ),
);
const packed = compress(plain, 'xz');

async function inFile(bytes: Buffer): Promise<InputPart> {
  const path = join(folder, 'x.xz');
  await writeFile(path, Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]));
  const file = await open(path);
  files.push(file);
  return { file, start: 6, size: bytes.length };
}

function start(input: readonly InputPart[], options: Partial<WorkerStreamOptions> = {}): Promise<ByteStream> {
  return workerStream(input, {
    decoder: 'wasm',
    bad: (why) => new Error(why),
    window: WINDOW,
    reuse: false,
    stallMs: 60_000,
    stalled: () => new Error('stalled'),
    onDecoded: () => {},
    ...options,
  });
}

async function digestOf(stream: ByteStream): Promise<string> {
  const hash = createHash('sha256');
  for (let chunk = await stream.next(); chunk !== null; chunk = await stream.next()) hash.update(chunk);
  await stream.close();
  return hash.digest('hex');
}
const expected = createHash('sha256').update(plain).digest('hex');

describe('workerStream', () => {
  it.each([true, false])('gives every byte, whether memory is used again or not (%s)', async (reuse) => {
    const parts = [packed.subarray(0, 5), await inFile(packed.subarray(5, -9)), packed.subarray(-9)];
    let freed = 0;
    expect(await digestOf(await start(parts, { reuse, onDecoded: () => freed++ }))).toBe(expected);
    expect(freed).toBe(1);
  });

  it.each([
    ['by the addon', fileURLToPath(new URL(ADDON, import.meta.url))],
    ['where the addon does not load', '/nonexistent.node'],
    ['where it is none', fileURLToPath(import.meta.url)],
  ])('gives every byte of one stream after the other %s', async (_, addon) => {
    for (let count = 0; count < 2; count++)
      expect(await digestOf(await start([packed], { decoder: { addon } }))).toBe(expected);
  });

  it('says what is wrong by the addon as in WebAssembly', async () => {
    const addon = fileURLToPath(new URL(ADDON, import.meta.url));
    const flipped = Buffer.from(packed);
    flipped[packed.length >> 1]! ^= 0xff;
    for (const [bytes, why] of [
      [flipped, 'Compressed data is corrupt'],
      [packed.subarray(0, packed.length >> 1), 'Unexpected end of input'],
      [Buffer.from('no xz at all'), 'File format not recognized'],
    ] as const)
      for (const decoder of ['wasm', { addon }] as const)
        await expect(start([bytes], { decoder }).then(digestOf)).rejects.toThrow(why);
  });

  it('leaves what it gave alone where memory is not to be used again', async () => {
    const stream = await start([packed]);
    const chunks: Buffer[] = [];
    for (let chunk = await stream.next(); chunk !== null; chunk = await stream.next()) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(plain)).toBe(true);
  });

  it('decodes no further ahead than it may', async () => {
    let decoded = false;
    const stream = await start([packed], { onDecoded: () => (decoded = true) });
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(decoded).toBe(false);
    await stream.close();
    expect(decoded).toBe(true);
  });

  it('decodes all of it before it is read, where so much is asked for ahead', async () => {
    const decoded = new Promise<void>((resolve) => {
      void start([packed], { window: plain.length + BUFFER, reuse: true, onDecoded: resolve }).then(
        (stream) => (later = stream),
      );
    });
    let later!: ByteStream;
    await decoded;
    expect(await digestOf(later)).toBe(expected);
  });

  it('is left early, closed twice, and its thread serves the next', async () => {
    for (let i = 0; i < 8; i++) {
      const stream = await start([await inFile(packed)]);
      if (i % 2 === 0) await stream.next();
      await stream.close();
      await stream.close();
    }
    expect(await digestOf(await start([packed]))).toBe(expected);
  });

  it('serves more streams than there are threads, one after the other', async () => {
    const read = async (): Promise<string> => digestOf(await start([packed]));
    expect(new Set(await Promise.all(Array.from({ length: 12 }, read)))).toEqual(new Set([expected]));
  });

  it('stops when it is aborted while somebody waits, with the reason given', async () => {
    const stop = new AbortController();
    const stream = await start([packed], { signal: stop.signal });
    const reason = new Error('enough');
    const reading = digestOf(stream);
    stop.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await stream.close();
    expect(await digestOf(await start([packed]))).toBe(expected);
  });

  it.each([
    ['is damaged', Buffer.concat([packed.subarray(0, 4000), Buffer.alloc(64, 0xff), packed.subarray(4064)])],
    ['is cut off', packed.subarray(0, packed.length >> 1)],
    ['is no xz', Buffer.alloc(100_000, 'x')],
    ['is empty', Buffer.alloc(0)],
  ])('says so where the stream %s, and its thread serves the next', async (_, bytes) => {
    const stream = await start([await inFile(bytes)]);
    await expect(digestOf(stream)).rejects.toThrow('it cannot be decompressed (');
    await stream.close();
    expect(await digestOf(await start([packed]))).toBe(expected);
  });

  it('says so where the file ends before it should', async () => {
    const file = (await inFile(packed.subarray(0, 3000))) as { file: FileHandle; start: number };
    const stream = await start([{ ...file, size: packed.length }]);
    await expect(digestOf(stream)).rejects.toThrow('became shorter');
    await stream.close();
  });

  it('names the disk, not the stream, where reading fails', async () => {
    const directory = await open(folder);
    files.push(directory);
    const stream = await start([{ file: directory, start: 0, size: 100 }]);
    await expect(stream.next()).rejects.toMatchObject({ code: 'EISDIR', syscall: 'read' });
    await stream.close();
  });
});
