/** Walking and measuring folder trees of our own: generations, store entries, what an interrupted install left. */
import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, type Stats } from 'node:fs';
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { systemCode } from '../errors.ts';

export interface TreeEntry {
  /** Relative to the root of the walk. */
  path: string;
  type: 'file' | 'link' | 'dir' | 'other';
  /** Permission bits. */
  mode: number;
  size: number;
  /** Device and inode: the same for every name of one file. */
  identity: string;
  /** How many names the file has. */
  links: number;
  /** Bytes on the disk. */
  allocated: number;
}

/** Looked at in one go: through promises each would wait for a thread, ten times as long; a signal waits for one slice. */
const SLICE = 256;

/** Whether others have their turn (setImmediate) before the entry of this number is looked at. */
export const endsSlice = (at: number): boolean => at % SLICE === SLICE - 1;

/** Every entry below a folder, sorted by path; links are not followed. Absent folder: none. */
export async function walkTree(root: string): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const name of await readdir(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (endsSlice(entries.length)) await setImmediate();
      const entry = entryOf(path, lstatSync(join(root, path)));
      entries.push(entry);
      if (entry.type === 'dir') await visit(path);
    }
  };
  try {
    await visit('');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function entryOf(path: string, found: Stats): TreeEntry {
  return {
    path,
    type: found.isFile() ? 'file' : found.isSymbolicLink() ? 'link' : found.isDirectory() ? 'dir' : 'other',
    mode: found.mode & 0o7777,
    size: found.size,
    identity: `${found.dev}:${found.ino}`,
    links: found.nlink,
    allocated: found.blocks * 512,
  };
}

/**
 * Bytes that come free when all of these are deleted, files or whole folders: a file that has a name elsewhere (in the
 * store) stays.
 */
export async function bytesFreedBy(...paths: readonly string[]): Promise<number> {
  const names = new Map<string, number>();
  let bytes = 0;
  for (const path of paths) {
    const found = await lstat(path).catch(() => null);
    if (found === null) continue;
    const below = found.isDirectory() ? await walkTree(path) : [];
    for (const { type, identity, links, allocated } of [entryOf('', found), ...below]) {
      const seen = (names.get(identity) ?? 0) + 1;
      names.set(identity, seen);
      if (type !== 'file' || seen === links) bytes += allocated;
    }
  }
  return bytes;
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
