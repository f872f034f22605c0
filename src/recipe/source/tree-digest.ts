/**
 * One digest for a tree of files, whatever brought it (git, an archive, a folder): the SHA-256 of one line per file,
 * ordered by the bytes of the path. Folders count through their files; times and owners do not count.
 *
 *     file 7c2f...  Makefile
 *     exec 90ab...  image_yolov3.sh
 *     link 11de...  data/latest        (of the link's target)
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

export async function treeDigest(folder: string, signal?: AbortSignal): Promise<string> {
  const lines: { path: Buffer; line: Buffer }[] = [];
  for (const path of await filesBelow(folder)) {
    signal?.throwIfAborted();
    const full = join(folder, path);
    const { mode } = await lstat(full);
    const isLink = (mode & 0o170000) === 0o120000;
    const kind = isLink ? 'link' : (mode & 0o100) !== 0 ? 'exec' : 'file';
    const sha256 = isLink ? digestOf(await readlink(full)) : await fileDigest(full);
    lines.push({ path: Buffer.from(path), line: Buffer.from(`${kind} ${sha256}  ${path}\n`) });
  }
  lines.sort((a, b) => Buffer.compare(a.path, b.path));
  const hash = createHash('sha256');
  for (const { line } of lines) hash.update(line);
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

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
