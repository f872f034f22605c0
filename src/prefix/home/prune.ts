/** Deletes what no prefix uses any more. What that is, is found out first, as data; --dry-run ends there. */
import { readdir, readlink, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Emit } from '../../base/events.ts';
import type { Folders } from '../../base/folders.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import { readManifest } from '../../machine/records/read-prefix-manifest.ts';
import { idleDownloads } from './cache-lease.ts';
import { lockHome, type HomeLock } from './home-lock.ts';
import { deleteGeneration, type ChangeOptions } from './remove.ts';
import { StoreFolder } from './store.ts';
import { bytesFreedBy, removeTree } from '../../base/files/tree.ts';

export interface Garbage {
  /**
   * `generation`: an older one, or of a name that is gone; `package`: in the store, used by no prefix; `download`: a
   * package file in the cache; `leftover`: of an install or removal that was killed.
   */
  kind: 'generation' | 'package' | 'download' | 'leftover';
  /** For people: "cuda10-1", "libcublas11 11.11.3.6", a file name. */
  name: string;
  path: string;
  bytes: number;
}

export interface Pruning {
  removed: readonly Garbage[];
  /** Less than the sum where several of them share files. */
  bytesFreed: number;
}

type Where = Pick<Folders, 'home' | 'cache'>;

export async function prune(folders: Where, options: ChangeOptions & { dryRun: boolean }): Promise<Pruning> {
  const { home } = folders;
  if ((await stat(join(home, 'state')).catch(() => null)) === null) {
    return sweep(folders, await findGarbage(folders, options.emit), options, null);
  }
  const lock = await lockHome(home, {
    what: 'prune',
    emit: options.emit,
    signal: options.signal,
  });
  try {
    return await sweep(folders, await findGarbage(folders, options.emit), options, lock);
  } finally {
    await lock.release();
  }
}

async function sweep(
  { home }: Where,
  garbage: readonly Garbage[],
  { dryRun, emit, signal }: ChangeOptions & { dryRun: boolean },
  lock: HomeLock | null,
): Promise<Pruning> {
  const result = { removed: garbage, bytesFreed: await bytesFreedBy(...garbage.map(({ path }) => path)) };
  if (dryRun || garbage.length === 0) return result;
  emit({ type: 'start', id: 'prune', title: 'deleting', total: garbage.length, unit: 'steps' });
  for (const [done, { kind, name, path }] of garbage.entries()) {
    signal?.throwIfAborted();
    await lock?.confirm();
    if (kind === 'generation') await deleteGeneration(home, name);
    else await removeTree(path);
    emit({ type: 'progress', id: 'prune', done: done + 1 });
  }
  emit({ type: 'end', id: 'prune', outcome: 'done' });
  return result;
}

async function findGarbage({ home, cache }: Where, emit: Emit): Promise<Garbage[]> {
  const inUse = await generationsInUse(home);
  const garbage: Omit<Garbage, 'bytes'>[] = [];
  for (const name of await namesIn(join(home, 'generations'))) {
    if (inUse.has(name)) continue;
    // What begins with a dot was being made or deleted when gpu-setup was killed.
    const kind = name.startsWith('.') ? 'leftover' : 'generation';
    garbage.push({ kind, name, path: join(home, 'generations', name) });
  }
  garbage.push(...(await unusedPackages(home, inUse)));
  for (const name of await namesIn(join(home, 'state/staging'))) {
    garbage.push({ kind: 'leftover', name, path: join(home, 'state/staging', name) });
  }
  for (const path of await idleDownloads({ cache, emit }))
    garbage.push({ kind: 'download', name: basename(path), path });
  const measured: Garbage[] = [];
  for (const one of garbage) measured.push({ ...one, bytes: await bytesFreedBy(one.path) });
  return measured;
}

/** Names of generations that a prefix leads to. */
async function generationsInUse(home: string): Promise<Set<string>> {
  const names = new Set<string>();
  for (const prefix of await namesIn(join(home, 'prefixes'))) {
    const target = await readlink(join(home, 'prefixes', prefix)).catch(() => null);
    if (target !== null) names.add(basename(target));
  }
  return names;
}

async function unusedPackages(home: string, inUse: ReadonlySet<string>): Promise<Omit<Garbage, 'bytes'>[]> {
  const used = new Set<string>();
  for (const generation of inUse) {
    const manifest = await readManifest(liveMachine(), join(home, 'generations', generation));
    // Of a prefix whose record is damaged nothing is known; its files stay, since they have names of their own.
    if (manifest.state !== 'present') continue;
    for (const { payloadSha256 } of manifest.value.prefix.packages) used.add(payloadSha256);
  }
  const store = new StoreFolder(join(home, 'store'));
  const unused: Omit<Garbage, 'bytes'>[] = [];
  for (const payload of await store.list()) {
    if (used.has(payload)) continue;
    const entry = await store.read(payload);
    const name = entry === null ? payload : `${entry.package.name} ${entry.package.version}`;
    unused.push({ kind: entry === null ? 'leftover' : 'package', name, path: store.entryFolder(payload) });
  }
  return unused;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}
