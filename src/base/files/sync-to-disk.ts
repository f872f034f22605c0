/** Data first, then the name: what is about to become visible is on the disk before it does. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemCode } from '../errors.ts';
import { runProcess } from '../processes/run-process.ts';
import { walkTree } from './tree.ts';

/** A slow disk may have gigabytes to write. */
const SYNC_MS = 15 * 60_000;

/**
 * Writes the data below a folder to the disk. One call to the whole file system (`sync -f`) is many times faster than
 * one per file, and every system with GNU coreutils has it; without it each file is synced by itself.
 */
export async function syncFileSystem(folder: string): Promise<void> {
  const result = await runProcess(['sync', '-f', folder], { timeoutMs: SYNC_MS });
  if (result.outcome === 'exited' && result.exit === 0) return;
  for (const { path, type } of await walkTree(folder)) {
    if (type === 'file' || type === 'dir') await syncPath(join(folder, path));
  }
  await syncPath(folder);
}

/** Time enough for as much as one call to be worth while. */
const MEANWHILE_MS = 4000;

/**
 * Writes what there is so far to the disk while other work goes on, again and again: little is left for the end then.
 * It promises nothing, and nobody waits for it.
 *
 * @returns ends it
 */
export function syncMeanwhile(folder: string): () => void {
  const over = new AbortController();
  const { signal } = over;
  void (async () => {
    for (;;) {
      await setTimeout(MEANWHILE_MS, undefined, { signal, ref: false });
      const { outcome, exit } = await runProcess(['sync', '-f', folder], { timeoutMs: SYNC_MS, signal });
      if (outcome !== 'exited' || exit !== 0) return;
    }
  })().catch(() => {});
  return () => over.abort();
}

/** One file or folder: a folder's own data are the names in it. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } catch (error) {
    // Some file systems (9p, old FUSE) cannot sync a folder.
    if (systemCode(error) !== 'EINVAL' && systemCode(error) !== 'ENOTSUP') throw error;
  } finally {
    await file.close();
  }
}
