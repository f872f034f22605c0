/**
 * One digest for a tree of files, whatever brought it (git, an archive, a folder): the SHA-256 of one line per file,
 * ordered by the bytes of the path. Folders count through their files; times and owners do not count.
 *
 *     file 7c2f...  Makefile
 *     exec 90ab...  image_yolov3.sh
 *     link 11de...  data/latest        (of the link's target)
 */
import { createHash } from 'node:crypto';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../base/files/tree.ts';

export interface TreeLine {
  path: string;
  kind: 'file' | 'exec' | 'link';
  sha256: string;
}

export async function treeDigest(folder: string, signal?: AbortSignal): Promise<string> {
  const lines: TreeLine[] = [];
  for (const path of await filesBelow(folder)) {
    signal?.throwIfAborted();
    const full = join(folder, path);
    const { mode } = await lstat(full);
    const isLink = (mode & 0o170000) === 0o120000;
    lines.push({
      path,
      kind: isLink ? 'link' : (mode & 0o100) !== 0 ? 'exec' : 'file',
      sha256: isLink ? digestOfText(await readlink(full)) : await digestOf(full),
    });
  }
  return digestOfTree(lines);
}

export function digestOfTree(lines: readonly TreeLine[]): string {
  const hash = createHash('sha256');
  const sorted = lines
    .map(({ path, kind, sha256 }) => ({ key: Buffer.from(path), line: `${kind} ${sha256}  ${path}\n` }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  for (const { line } of sorted) hash.update(line);
  return hash.digest('hex');
}

async function filesBelow(folder: string, below = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, path)));
    else found.push(path);
  }
  return found;
}

function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
