/** What of a home and its cache nothing uses any more, as data: what `prune` may delete. */
import { lstat, readdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import type { Emit } from '../../base/events.ts';
import type { Folders } from '../../base/folders.ts';
import { isOfRoot } from '../../base/files/folder-safety.ts';
import { abandonedIn, WORK_PREFIX } from '../../base/files/work-folder.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import { readPrefixInfo } from '../../machine/records/read-prefix-manifest.ts';
import type { BuildRecord } from '../../machine/records/build-record.ts';
import { listBuilds, type BuildList } from './build-list.ts';
import { idleDownloads } from './cache-lease.ts';
import { DOOMED } from './delete-whole.ts';
import { freedBytes } from './freed-bytes.ts';
import { usersOfGenerations, usersText } from './generation-users.ts';
import type { Unreadable } from './prefixes.ts';
import { StoreFolder } from './store.ts';

export interface Garbage {
  /**
   * `generation`: an older one, or of a name that is gone, which nobody was seen to use; `package`: in the store, used by no prefix; `build`: against a
   * prefix that is gone, or made again since; `download`: a package file in the cache; `leftover`: of an install, build
   * or removal that was killed.
   */
  kind: 'generation' | 'package' | 'build' | 'download' | 'leftover';
  /** For people: "cuda10-1", "libcublas11 11.11.3.6", "darknet-2", a file name. */
  name: string;
  path: string;
  /** That come free when it alone is deleted. */
  bytes: number;
}

type Found = Omit<Garbage, 'bytes'>;

export interface GarbageFound {
  garbage: readonly Garbage[];
  /** What this user may not look into, by path. What lies there, or hangs on it, is not in the list. */
  unread: readonly Unreadable[];
}

/**
 * What cannot be looked into is not empty: nothing is taken for unused that something unread may use.
 *
 * @param emit is told of generations and downloads that somebody is using, and are therefore none
 */
export async function findGarbage(
  { home, cache }: Pick<Folders, 'home' | 'cache'>,
  emit: Emit,
): Promise<GarbageFound> {
  const unread = new Map<string, string>();
  /** Null: it may not be read, which is noted. */
  const read = async <T>(path: string, work: () => Promise<T>): Promise<T | null> =>
    work().catch((error: unknown) => {
      const cause = error instanceof GpuSetupError ? error.cause : error;
      if (!['EACCES', 'EPERM'].includes(systemCode(cause) ?? '')) throw error;
      unread.set(path, messageOf(cause));
      return null;
    });
  const builds = await listBuilds(home);
  for (const { path, why } of builds.unreadable) unread.set(path, why);
  const inUse = await read(join(home, 'prefixes'), () => generationsInUse(home));
  const names = await read(join(home, 'generations'), () => namesIn(join(home, 'generations')));
  const found: Found[] = [];
  if (inUse !== null && names !== null && builds.unreadable.length === 0) {
    const old = names.filter((name) => !inUse.has(name));
    const users = await usersOfGenerations(home, old, await keptBuilds(builds));
    for (const [name, by] of users) {
      emit({ type: 'notice', level: 'info', text: `${name} is kept: it is used by ${usersText(by)}` });
    }
    if (old.length > 0 && (await isOfRoot(home))) {
      const text = 'what other users run is not seen: an older generation that runs is kept when root prunes';
      emit({ type: 'notice', level: 'info', text });
    }
    const kept = new Set([...inUse, ...users.keys()]);
    for (const name of old) {
      if (kept.has(name)) continue;
      // What begins with a dot was being made or deleted when gpu-setup was killed.
      const kind = name.startsWith('.') ? 'leftover' : 'generation';
      found.push({ kind, name, path: join(home, 'generations', name) });
    }
    const hidden = await unreadRecords(home, kept);
    for (const { path, why } of hidden) unread.set(path, why);
    if (hidden.length === 0) found.push(...(await unusedPackages(home, kept)));
  }
  for (const { name, path } of await unusedBuilds(builds)) found.push({ kind: 'build', name, path });
  found.push(...((await read(join(home, 'state'), () => leftovers(home))) ?? []));
  const downloads = await read(cache, () => idleDownloads({ cache, emit }));
  for (const path of downloads ?? []) found.push({ kind: 'download', name: basename(path), path });
  const garbage: Garbage[] = [];
  for (const one of found) {
    const bytes = await read(one.path, () => freedBytes(one.path));
    if (bytes !== null) garbage.push({ ...one, bytes });
  }
  return { garbage, unread: [...unread].map(([path, why]) => ({ path, why })) };
}

/** Records of generations that may not be read: which packages they are made of is not known. */
async function unreadRecords(home: string, generations: ReadonlySet<string>): Promise<Unreadable[]> {
  const unread: Unreadable[] = [];
  for (const generation of generations) {
    const path = join(home, 'generations', generation);
    const info = await readPrefixInfo(liveMachine(), path);
    if (info.state === 'unknown' && info.reason === 'not-permitted') unread.push({ path, why: info.why });
  }
  return unread;
}

/**
 * Names of generations that a prefix leads to. Where that cannot be known, nothing may be taken for unused.
 *
 * @throws GpuSetupError `prefix-unreadable`
 */
export async function generationsInUse(home: string): Promise<Set<string>> {
  const names = new Set<string>();
  const folder = join(home, 'prefixes');
  // A folder that is a link to a disk which is not there now counts as there.
  if (await isGone(folder)) return names;
  for (const prefix of await readdir(folder).catch(unreadable(folder))) {
    const path = join(folder, prefix);
    const target = await readlink(path).catch((error: unknown) =>
      // No link, or gone since.
      ['EINVAL', 'ENOENT'].includes(systemCode(error) ?? '') ? null : unreadable(path)(error),
    );
    if (target !== null) names.add(basename(target));
  }
  return names;
}

function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    throw new GpuSetupError(
      'prefix-unreadable',
      `which generations are in use is not known: ${path} cannot be read (${messageOf(error)})`,
      { cause: error, details: { path } },
    );
  };
}

/** Entries of the store that none of these generations is made of. */
export async function unusedPackages(home: string, inUse: ReadonlySet<string>): Promise<Found[]> {
  const used = new Set<string>();
  for (const generation of inUse) {
    const info = await readPrefixInfo(liveMachine(), join(home, 'generations', generation));
    // Of a prefix whose record is damaged nothing is known; its files stay, since they have names of their own.
    if (info.state !== 'present') continue;
    for (const { payloadSha256 } of info.value.packages) used.add(payloadSha256);
  }
  const store = new StoreFolder(join(home, 'store'));
  const unused: Found[] = [];
  for (const payload of await store.list()) {
    if (used.has(payload)) continue;
    const entry = await store.read(payload);
    const name = entry === null ? payload : `${entry.package.name} ${entry.package.version}`;
    unused.push({ kind: entry === null ? 'leftover' : 'package', name, path: store.entryFolder(payload) });
  }
  return unused;
}

/** The current build of a recipe stays while its prefix is there, and so does each that answers another request. */
async function unusedBuilds({ builds }: BuildList): Promise<BuildRecord[]> {
  const unused: BuildRecord[] = [];
  for (const [at, { record, current }] of builds.entries()) {
    const newer = builds.slice(0, at).some((one) => one.record.request === record.request);
    const prefixIsGone = record.prefix !== null && (await isGone(record.prefix.path));
    if (prefixIsGone || (newer && !current)) unused.push(record);
  }
  return unused;
}

/** Builds that are no garbage. */
export async function keptBuilds(list: BuildList): Promise<BuildRecord[]> {
  const unused = await unusedBuilds(list);
  return list.builds.map(({ record }) => record).filter((record) => !unused.includes(record));
}

async function isGone(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    (error: unknown) => systemCode(error) === 'ENOENT',
  );
}

/** Of installs in state/staging; of builds that were killed, or deleted by half. */
async function leftovers(home: string): Promise<Found[]> {
  const staging = join(home, 'state/staging');
  const builds = join(home, 'builds');
  const paths = [
    ...(await namesIn(staging)).map((name) => join(staging, name)),
    ...(await namesIn(builds)).filter((name) => name.startsWith(DOOMED)).map((name) => join(builds, name)),
    ...(await abandonedIn(builds, '.')),
    ...(await abandonedIn(join(home, 'state'), WORK_PREFIX)),
  ];
  return [...new Set(paths)].map((path) => ({ kind: 'leftover' as const, name: basename(path), path }));
}

/** What cannot be looked into is not empty: what its prefixes use would be taken for garbage. @throws the system's error */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return [];
    throw error;
  });
  return names.sort();
}
