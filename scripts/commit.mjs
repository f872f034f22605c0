// The commit that a clone is at, read from its files: git itself would run what the clone's own configuration names, and
// need not be installed. Null where there is none to be read (an unpacked archive, an installed package).
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const LINKS = 5;

export function commitOf(root) {
  const folder = gitFolder(root);
  const head = read(join(folder, 'HEAD'));
  // A worktree has a HEAD of its own, and shares the branches.
  const common = resolve(folder, read(join(folder, 'commondir')) ?? '.');
  let at = head;
  for (let followed = 0; followed < LINKS && at !== null; followed++) {
    if (COMMIT.test(at)) return at;
    const ref = /^ref: (refs\/[\w./-]+)$/.exec(at)?.[1];
    if (ref === undefined || ref.includes('..')) return null;
    at = read(join(common, ref)) ?? packed(common, ref);
  }
  return null;
}

// `.git` is the folder, or (worktree, submodule) a file that names it: "gitdir: /path".
function gitFolder(root) {
  const link = /^gitdir: (.+)$/.exec(read(join(root, '.git')) ?? '')?.[1];
  return link === undefined ? join(root, '.git') : resolve(root, link);
}

// packed-refs has lines of "<commit> <ref>".
function packed(common, ref) {
  const line = (read(join(common, 'packed-refs')) ?? '').split('\n').find((one) => one.endsWith(` ${ref}`));
  return line?.split(' ', 1)[0] ?? null;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
