/** Which prefixes there are: in the user's own home, and those that root installed for everybody. */
import { lstat, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GpuSetupError, systemCode } from '../../base/errors.ts';
import { SYSTEM_HOME, type Folders } from '../../base/folders.ts';
import { nearest } from '../../base/suggest.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import type { Manifest, PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { MANIFEST_PATH, readManifest } from '../../machine/records/read-prefix-manifest.ts';

/** A prefix by name; nothing of it was read yet. */
export interface PrefixPlace {
  name: string;
  /** `<home>/prefixes/<name>`: stays the same when the prefix is replaced by a newer generation. */
  path: string;
  home: string;
  /** False for root's prefixes seen by another user: they are used and shown, never changed. */
  own: boolean;
}

export interface BrokenPrefix {
  name: string;
  path: string;
  why: string;
}

export interface PrefixList {
  prefixes: readonly PrefixInfo[];
  /** There by name, but without a manifest that can be read. */
  broken: readonly BrokenPrefix[];
}

/** Homes that are looked into, own first, without trailing slashes. @param systemHome for tests */
export function homesOf(folders: Pick<Folders, 'home'>, systemHome = SYSTEM_HOME): string[] {
  return [...new Set([resolve(folders.home), resolve(systemHome)])];
}

/** By name; of one name in two homes, the user's own is the one in use and comes first. */
export async function listPrefixes(folders: Pick<Folders, 'home'>, systemHome?: string): Promise<PrefixList> {
  const prefixes: PrefixInfo[] = [];
  const broken: BrokenPrefix[] = [];
  for (const place of await placesIn(folders, systemHome)) {
    const { name, path } = place;
    try {
      prefixes.push((await readPrefix(place)).prefix);
    } catch (error) {
      if (!(error instanceof GpuSetupError)) throw error;
      broken.push({ name, path, why: String(error.details?.['why'] ?? error.message) });
    }
  }
  return { prefixes, broken };
}

/** @throws GpuSetupError `unknown-prefix` with the nearest names */
export async function findPrefix(
  folders: Pick<Folders, 'home'>,
  name: string,
  systemHome?: string,
): Promise<PrefixPlace> {
  const places = await placesIn(folders, systemHome);
  const found = places.find((place) => place.name === name);
  if (found !== undefined) return found;
  const names = [...new Set(places.map((place) => place.name))];
  const close = nearest(name, names);
  throw new GpuSetupError('unknown-prefix', `no prefix is named "${name}"`, {
    hint: hintFor(names, close),
    details: { name, nearest: close, home: folders.home },
  });
}

/** A prefix that this user may change. @throws GpuSetupError `unknown-prefix`, `prefix-of-root` */
export async function findOwnPrefix(
  folders: Pick<Folders, 'home'>,
  name: string,
  systemHome?: string,
): Promise<PrefixPlace> {
  const place = await findPrefix(folders, name, systemHome);
  if (place.own) return place;
  throw new GpuSetupError('prefix-of-root', `${place.path} was installed by root for all users`, {
    hint: 'run the same command with sudo',
  });
}

/** The manifest, with name and path as they are now. @throws GpuSetupError `prefix-broken` */
export async function readPrefix(place: PrefixPlace): Promise<Manifest> {
  const answer = await readManifest(liveMachine(), place.path);
  if (answer.state === 'present') {
    return { ...answer.value, prefix: { ...answer.value.prefix, name: place.name, path: place.path } };
  }
  const why =
    answer.state === 'unknown'
      ? `${MANIFEST_PATH}: ${answer.why}`
      : (await isThere(place.path))
        ? `${MANIFEST_PATH} is missing`
        : 'the generation that it leads to is gone';
  throw new GpuSetupError('prefix-broken', `the prefix ${place.name} is damaged: ${why}`, {
    hint: place.own
      ? `gpu-setup remove ${place.name}, then install it again`
      : 'ask the administrator to install it again',
    details: { name: place.name, path: place.path, why },
  });
}

async function placesIn(folders: Pick<Folders, 'home'>, systemHome?: string): Promise<PrefixPlace[]> {
  const places: PrefixPlace[] = [];
  for (const home of homesOf(folders, systemHome)) {
    const own = home === resolve(folders.home);
    for (const name of await namesIn(join(home, 'prefixes'))) {
      places.push({ name, path: join(home, 'prefixes', name), home, own });
    }
  }
  // A stable sort: the own home stays in front.
  return places.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Links and folders; names that begin with a dot are being made or removed. */
async function namesIn(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
  const found: string[] = [];
  for (const name of names) {
    if (name.startsWith('.')) continue;
    const entry = await lstat(join(folder, name)).catch(() => null);
    if (entry?.isSymbolicLink() === true || entry?.isDirectory() === true) found.push(name);
  }
  return found;
}

function hintFor(names: readonly string[], close: readonly string[]): string {
  if (close.length > 0) return `did you mean ${close.join(' or ')}?`;
  if (names.length > 0) return `installed are ${names.join(', ')}`;
  return 'nothing is installed yet; gpu-setup install cuda10, or another recipe';
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
