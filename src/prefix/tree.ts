/** Walking and measuring folder trees of our own: generations, store entries, what an interrupted install left. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/errors.ts';

export interface TreeEntry {
  /** Relative to the root of the walk. */
  path: string;
  type: 'file' | 'link' | 'dir' | 'other';
  /** Permission bits. */
  mode: number;
  size: number;
  /** How many names the file has. */
  links: number;
  /** Bytes on the disk. */
  allocated: number;
}

/** Every entry below a folder, sorted by path; links are not followed. Absent folder: none. */
export async function walkTree(root: string): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const name of await readdir(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const stat = await lstat(join(root, path));
      const type = stat.isFile()
        ? 'file'
        : stat.isSymbolicLink()
          ? 'link'
          : stat.isDirectory()
            ? 'dir'
            : 'other';
      const { size, nlink, blocks } = stat;
      entries.push({ path, type, mode: stat.mode & 0o7777, size, links: nlink, allocated: blocks * 512 });
      if (type === 'dir') await visit(path);
    }
  };
  try {
    await visit('');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Bytes that come free when the tree is deleted: files that have a name elsewhere (in the store) stay. */
export async function bytesFreedBy(root: string): Promise<number> {
  const entries = await walkTree(root);
  return entries.reduce(
    (sum, entry) => sum + (entry.type === 'file' && entry.links > 1 ? 0 : entry.allocated),
    0,
  );
}

/** Deletes a tree, folders without write permission included. */
export async function removeTree(root: string): Promise<void> {
  try {
    await rm(root, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) throw error;
    await makeWritable(root);
    await rm(root, { recursive: true, force: true });
  }
}

/** Every folder of a tree, the outer ones first. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}

/** SHA-256 in hexadecimal. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
