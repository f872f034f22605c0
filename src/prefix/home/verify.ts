/** Compares a prefix with its manifest, entry by entry; every file is read and hashed again. */
import { readlink } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Emit } from '../../base/events.ts';
import { Limit } from '../../base/limit.ts';
import type { Manifest, ManifestEntry } from '../../machine/records/prefix-manifest.ts';
import { MANIFEST_PATH } from '../../machine/records/read-prefix-manifest.ts';
import { digestOf, walkTree, type TreeEntry } from '../../base/files/tree.ts';

export interface Change {
  /** Relative to the prefix. */
  path: string;
  change: 'missing' | 'changed' | 'mode' | 'added';
  /** In words: "SHA-256 1f…", "mode 0444", "a link to libx.so.1"; null for what should not be there. */
  expected: string | null;
  found: string | null;
  /** The package that brought it. */
  from: string | null;
}

export interface Verification {
  /** Entries that were compared. */
  checked: number;
  /** Sorted by path. */
  changes: readonly Change[];
}

export interface VerifyOptions {
  emit: Emit;
  signal?: AbortSignal | undefined;
}

/** @param root the prefix; a link to it is fine */
export async function verifyPrefix(
  root: string,
  manifest: Manifest,
  options: VerifyOptions,
): Promise<Verification> {
  const { emit, signal } = options;
  const total = manifest.entries.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
  let done = 0;
  emit({ type: 'start', id: 'verify', title: `reading ${manifest.prefix.name}`, total, unit: 'bytes' });
  try {
    const limit = new Limit(availableParallelism());
    // What the walk does not come by lies below a link: whatever is there is nobody's of this prefix.
    const tree = await walkTree(`${root}/.`);
    const there = new Map(tree.map((entry) => [entry.path, entry]));
    const found = await Promise.all(
      manifest.entries.map((entry) =>
        limit.run(async () => {
          signal?.throwIfAborted();
          const change = await compare(root, entry, there.get(entry.path));
          if (entry.type === 'file') emit({ type: 'progress', id: 'verify', done: (done += entry.size) });
          return change;
        }),
      ),
    );
    const known = new Set([MANIFEST_PATH, ...manifest.entries.map((entry) => entry.path)]);
    const added = tree
      .filter((entry) => !known.has(entry.path))
      .map((entry): Change => ({
        path: entry.path,
        change: 'added',
        expected: null,
        found: entry.type,
        from: null,
      }));
    const changes = [...found.filter((change) => change !== null), ...added];
    emit({ type: 'end', id: 'verify', outcome: changes.length === 0 ? 'done' : 'failed' });
    return {
      checked: manifest.entries.length,
      changes: changes.sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
  } catch (error) {
    emit({ type: 'end', id: 'verify', outcome: 'failed' });
    throw error;
  }
}

async function compare(
  root: string,
  entry: ManifestEntry,
  there: TreeEntry | undefined,
): Promise<Change | null> {
  const path = join(root, entry.path);
  const from = entry.type === 'dir' ? null : entry.from;
  const expected = wordsOf(entry);
  if (there === undefined) return { path: entry.path, change: 'missing', expected, found: null, from };
  const changed = (found: string): Change => ({ path: entry.path, change: 'changed', expected, found, from });
  if (entry.type === 'dir') return there.type === 'dir' ? null : changed('no folder');
  if (entry.type === 'link') {
    if (there.type !== 'link') return changed('no link');
    const target = await readlink(path);
    return target === entry.target ? null : changed(`a link to ${target}`);
  }
  if (there.type !== 'file') return changed('no file');
  if (there.size !== entry.size) return changed(`${there.size} bytes`);
  const sha256 = await digestOf(path).catch((error: unknown) => (error as Error).message);
  if (sha256 !== entry.sha256) return changed(sha256);
  const { mode } = there;
  if (mode === entry.mode) return null;
  return { path: entry.path, change: 'mode', expected: octal(entry.mode), found: octal(mode), from };
}

function wordsOf(entry: ManifestEntry): string {
  if (entry.type === 'dir') return 'a folder';
  return entry.type === 'link' ? `a link to ${entry.target}` : `${entry.size} bytes, SHA-256 ${entry.sha256}`;
}

function octal(mode: number): string {
  return `mode ${mode.toString(8).padStart(4, '0')}`;
}
