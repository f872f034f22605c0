/** Modes of a finished tree that everybody may read and nobody but its owner may change, whatever the umask was. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { walkTree } from './tree.ts';

/**
 * Everything below a folder; its own mode is for whoever makes it visible.
 *
 * @returns bytes of all files
 */
export async function settleTree(root: string): Promise<number> {
  let bytes = 0;
  for (const { path, type, mode, size } of await walkTree(root)) {
    if (type === 'file') bytes += size;
    if (type !== 'file' && type !== 'dir') continue;
    const settled = type === 'dir' ? 0o755 : settledMode(mode);
    if (mode !== settled) await chmod(join(root, path), settled);
  }
  return bytes;
}

/** A file keeps what its owner may do with it. Files of the store have such a mode: they are never touched through a link. */
function settledMode(mode: number): number {
  const owner = (mode & 0o700) | 0o400;
  return owner | ((owner & 0o500) >> 3) | ((owner & 0o500) >> 6);
}
