/**
 * A file that was checked against its digest, and the handle it was checked through. Whoever unpacks it reads on through
 * this handle: its path may name another file by then, where others can rename a folder above it. The same file changed
 * in place is out of reach: only its owner can do that, and whoever runs as that user needs no package for it. Files of
 * the cache are hashed anew before each use all the same.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { PackageHash, type PayloadDigest } from '../deb/package-hash.ts';

export interface VerifiedFile {
  /** Where it lay when it was checked: for messages, never to be opened again. */
  path: string;
  handle: FileHandle;
  /** What the pass that checked the file found of its payload; absent where that was not looked for. */
  payload?: PayloadDigest | null;
}

/** One buffer for all of it: at 800 MB the garbage of a buffer per piece costs as much as the hashing. */
const PIECE = 1 << 20;

/** Feeds the file as it is now, from the beginning to the end. @returns its length */
export async function hashThrough(
  handle: FileHandle,
  hash: { update(bytes: Uint8Array): void },
  signal?: AbortSignal,
): Promise<number> {
  const buffer = Buffer.allocUnsafeSlow(PIECE);
  let length = 0;
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, PIECE, length);
    if (bytesRead === 0) return length;
    hash.update(buffer.subarray(0, bytesRead));
    length += bytesRead;
  }
}

interface Listed {
  size: number;
  sha256: string;
}

/** Whether what the handle leads to is what a signed index says. */
export async function isAsListed(
  handle: FileHandle,
  { size, sha256 }: Listed,
  signal?: AbortSignal,
): Promise<boolean> {
  if (!(await hasSize(handle, size))) return false;
  const hash = createHash('sha256');
  return (await hashThrough(handle, hash, signal)) === size && hash.digest('hex') === sha256;
}

/** The same, and what the package's payload is, read once for both; null where the file is not as listed. */
export async function checkPackage(
  handle: FileHandle,
  { size, sha256 }: Listed,
  signal?: AbortSignal,
): Promise<{ payload: PayloadDigest | null } | null> {
  if (!(await hasSize(handle, size))) return null;
  const hash = new PackageHash();
  const isRight = (await hashThrough(handle, hash, signal)) === size && hash.sha256() === sha256;
  return isRight ? { payload: hash.payload() } : null;
}

async function hasSize(handle: FileHandle, size: number): Promise<boolean> {
  const found = await handle.stat();
  return found.isFile() && found.size === size;
}
