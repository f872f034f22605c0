/**
 * A file that was checked against its digest, and the handle it was checked through. Whoever unpacks it reads on through
 * this handle: its path may name another file by then, where others can rename a folder above it. The same file changed
 * in place is out of reach: only its owner can do that, and whoever runs as that user needs no package for it. Files of
 * the cache are hashed anew before each use all the same.
 */
import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

export interface VerifiedFile {
  /** Where it lay when it was checked: for messages, never to be opened again. */
  path: string;
  handle: FileHandle;
}

/** One buffer for all of it: at 800 MB the garbage of a buffer per piece costs as much as the hashing. */
const PIECE = 1 << 20;

/** Hashes from the beginning to the end of the file as it is now. */
export async function hashThrough(
  handle: FileHandle,
  signal?: AbortSignal,
): Promise<{ length: number; hash: Hash }> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(PIECE);
  let length = 0;
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, PIECE, length);
    if (bytesRead === 0) return { length, hash };
    hash.update(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
}

/** Whether what the handle leads to is what a signed index says. */
export async function isAsListed(
  handle: FileHandle,
  { size, sha256 }: { size: number; sha256: string },
  signal?: AbortSignal,
): Promise<boolean> {
  const found = await handle.stat();
  if (!found.isFile() || found.size !== size) return false;
  const { length, hash } = await hashThrough(handle, signal);
  return length === size && hash.digest('hex') === sha256;
}
