/** Data first, then the name: what is about to become visible is on the disk before it does. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemCode } from '../errors.ts';
import { childEnvironment } from '../processes/child-environment.ts';
import { runAside } from '../processes/process-group.ts';
import { runProcess } from '../processes/run-process.ts';
import { walkTree } from './tree.ts';

/** A slow disk may have gigabytes to write. */
const SYNC_MS = 15 * 60_000;

/**
 * Writes the data below a folder to the disk. One call to the whole file system (`sync -f`) is many times faster than
 * one per file, and every system with GNU coreutils has it; without it each file is synced by itself. So it is where a
 * sync before this one failed: that data was lost the kernel tells once of the file system, and once more of the file.
 *
 * @param before what was synced so far
 */
export async function syncFileSystem(folder: string, before?: SyncedSoFar): Promise<void> {
  const result = await runProcess(['sync', '-f', folder], { timeoutMs: SYNC_MS });
  if (result.outcome === 'exited' && result.exit === 0 && before?.isWell() !== false) return;
  for (const { path, type } of await walkTree(folder)) {
    if (type === 'file' || type === 'dir') await syncPath(join(folder, path));
  }
  await syncPath(folder);
}

/** Time enough for as much as one call to be worth while. */
const MEANWHILE_MS = 4000;

export interface SyncedSoFar {
  /** False where a sync failed or has not ended yet. */
  isWell(): boolean;
  /** No more is synced. */
  end(): void;
}

/**
 * Writes what there is so far to the disk while other work goes on, again and again, until one fails: little is left for
 * `syncFileSystem` at the end then. Nobody waits for it.
 *
 * @param signal ends it too
 */
export function syncMeanwhile(folder: string, signal: AbortSignal, everyMs = MEANWHILE_MS): SyncedSoFar {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  let isWell = true;
  void (async () => {
    while (isWell) {
      await setTimeout(everyMs, undefined, { signal: until, ref: false });
      isWell = false;
      isWell = await runAside(['sync', '-f', folder], {
        cwd: '/',
        env: childEnvironment(),
        signal: until,
      });
    }
  })().catch(() => {});
  return { isWell: () => isWell, end: () => over.abort() };
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
