/** What of a home and its cache nothing uses any more, as data: what `prune` may delete. */
import { lstat, readdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import type { Emit } from '../../base/events.ts';
import type { Folders } from '../../base/folders.ts';
import { abandonedIn, WORK_PREFIX } from '../../base/files/work-folder.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import { readManifest } from '../../machine/records/read-prefix-manifest.ts';
import { listBuilds } from './build-list.ts';
import { idleDownloads } from './cache-lease.ts';
import { DOOMED } from './delete-whole.ts';
import { freedBytes } from './freed-bytes.ts';
import { otherGenerations } from './generations.ts';
import { StoreFolder } from './store.ts';

export interface Garbage {
  /**
   * `generation`: an older one, or of a name that is gone; `package`: in the store, used by no prefix; `build`: against a
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

/** @param emit is told of downloads that somebody is using, and are therefore none */
export async function findGarbage(
  { home, cache }: Pick<Folders, 'home' | 'cache'>,
  emit: Emit,
): Promise<Garbage[]> {
  const inUse = await generationsInUse(home);
  const found: Found[] = [];
  for (const name of await namesIn(join(home, 'generations'))) {
    if (inUse.has(name)) continue;
    // What begins with a dot was being made or deleted when gpu-setup was killed.
    const kind = name.startsWith('.') ? 'leftover' : 'generation';
    found.push({ kind, name, path: join(home, 'generations', name) });
  }
  found.push(...(await unusedPackages(home, inUse)));
  found.push(...(await unusedBuilds(home)));
  found.push(...(await leftovers(home)));
  for (const path of await idleDownloads({ cache, emit })) {
    found.push({ kind: 'download', name: basename(path), path });
  }
  const measured: Garbage[] = [];
  for (const one of found) measured.push({ ...one, bytes: await freedBytes(one.path) });
  return measured;
}

/**
 * Names of generations that a prefix leads to, or that a build was made against which stays: rolling back brings it to
 * life. Where that cannot be known, nothing may be taken for unused.
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
  const doomed = new Set((await unusedBuilds(home)).map(({ path }) => path));
  const { builds } = await listBuilds(home);
  const staying = builds.filter(({ record }) => !doomed.has(record.path));
  for (const { generation, builds: users } of await otherGenerations(home, staying))
    if (users.length > 0) names.add(generation);
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
    const manifest = await readManifest(liveMachine(), join(home, 'generations', generation));
    // Of a prefix whose record is damaged nothing is known; its files stay, since they have names of their own.
    if (manifest.state !== 'present') continue;
    for (const { payloadSha256 } of manifest.value.prefix.packages) used.add(payloadSha256);
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
async function unusedBuilds(home: string): Promise<Found[]> {
  const { builds } = await listBuilds(home);
  const unused: Found[] = [];
  for (const [at, { record, current }] of builds.entries()) {
    const newer = builds.slice(0, at).some((one) => one.record.request === record.request);
    const prefixIsGone = record.prefix !== null && (await isGone(record.prefix.path));
    if (prefixIsGone || (newer && !current)) {
      unused.push({ kind: 'build', name: record.name, path: record.path });
    }
  }
  return unused;
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
