/** Deletes what nothing uses any more. What that is, is found out first, as data; --dry-run ends there. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { silent } from '../../base/events.ts';
import type { Folders } from '../../base/folders.ts';
import { removeTree } from '../../base/files/tree.ts';
import { recipeOfBuild } from './build-list.ts';
import { removeBuild } from './builds.ts';
import { deleteWhole } from './delete-whole.ts';
import { freedBytes } from './freed-bytes.ts';
import { findGarbage, type Garbage, type GarbageFound } from './garbage.ts';
import { requireWritable } from './home-folder.ts';
import { lockHome, type HomeLock } from './home-lock.ts';
import type { Unreadable } from './prefixes.ts';
import type { ChangeOptions } from './remove.ts';

export interface Pruning {
  removed: readonly Garbage[];
  /** Less than the sum where several of them share files. */
  bytesFreed: number;
  /** Nothing uses it either, but it was not asked for. */
  kept: readonly Garbage[];
  /** What this user may not look into: what nothing uses there is not known. */
  unread: readonly Unreadable[];
}

export interface PruneOptions extends ChangeOptions {
  dryRun: boolean;
  /** Which of it is to go; asked before the home is locked, since a person may take long. */
  choose(garbage: readonly Garbage[]): Promise<readonly Garbage[]>;
}

type Where = Pick<Folders, 'home' | 'cache'>;

/** @throws GpuSetupError `home-not-writable`, and what locking the home throws */
export async function prune(folders: Where, options: PruneOptions): Promise<Pruning> {
  const { home } = folders;
  if (!options.dryRun) await requireWritable(home);
  const found = await findGarbage(folders, options.emit);
  const chosen = await options.choose(found.garbage);
  if (options.dryRun || chosen.length === 0) return judged(found, chosen);
  // Downloads alone, then.
  if ((await stat(home).catch(() => null)) === null) {
    return sweep(home, found, chosen, options, null);
  }
  const lock = await lockHome(home, {
    what: 'prune',
    emit: options.emit,
    signal: options.signal,
  });
  try {
    // An install may have ended in the meantime, and use now what nothing used before.
    const paths = new Set(chosen.map(({ path }) => path));
    const now = await findGarbage(folders, silent);
    return await sweep(
      home,
      now,
      now.garbage.filter(({ path }) => paths.has(path)),
      options,
      lock,
    );
  } finally {
    await lock.release();
  }
}

async function judged({ garbage, unread }: GarbageFound, removed: readonly Garbage[]): Promise<Pruning> {
  const paths = removed.map(({ path }) => path);
  return {
    removed,
    bytesFreed: await freedBytes(...paths),
    kept: garbage.filter(({ path }) => !paths.includes(path)),
    unread,
  };
}

async function sweep(
  home: string,
  found: GarbageFound,
  chosen: readonly Garbage[],
  { emit, signal }: ChangeOptions,
  lock: HomeLock | null,
): Promise<Pruning> {
  const result = await judged(found, chosen);
  emit({ type: 'start', id: 'prune', title: 'deleting', total: chosen.length, unit: 'steps' });
  for (const [done, { kind, name, path }] of chosen.entries()) {
    signal?.throwIfAborted();
    await lock?.confirm();
    if (kind === 'generation') await deleteWhole(dirname(path), name);
    else if (kind === 'build' && lock !== null) await removeBuild(home, recipeOfBuild(name), name, lock);
    else await removeTree(path);
    emit({ type: 'progress', id: 'prune', done: done + 1 });
  }
  emit({ type: 'end', id: 'prune', outcome: 'done' });
  return result;
}
