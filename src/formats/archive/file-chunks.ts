import type { FileHandle } from 'node:fs/promises';
import type { BadArchive } from './bad-archive.ts';

/** Large enough that a package of 800 MB costs few calls, small enough that many readers fit in memory. */
const CHUNK = 256 << 10;

/** Bytes [start, start + size) of a file, piece by piece; several readers may share the handle. */
export async function* fileChunks(
  file: FileHandle,
  start: number,
  size: number,
  bad: BadArchive,
): AsyncGenerator<Buffer> {
  for (let done = 0; done < size;) {
    const length = Math.min(CHUNK, size - done);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, start + done);
    if (bytesRead === 0) throw bad('the file became shorter while it was read');
    done += bytesRead;
    yield bytesRead === length ? buffer : buffer.subarray(0, bytesRead);
  }
}

/** @throws what `bad` makes where the file ends first */
export async function readExactly(
  file: FileHandle,
  start: number,
  length: number,
  bad: BadArchive,
): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(buffer, done, length - done, start + done);
    if (bytesRead === 0) throw bad('it is cut off');
    done += bytesRead;
  }
  return buffer;
}
