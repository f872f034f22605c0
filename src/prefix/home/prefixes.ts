/** Which prefixes there are: in the user's own home, and those that root installed for everybody. */
import { lstat, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { isOfRoot } from '../../base/files/folder-safety.ts';
import type { Folders } from '../../base/folders.ts';
import { nearest } from '../../base/suggest.ts';
import type { Answer } from '../../machine/answer.ts';
import type { Machine } from '../../machine/machine.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import type { Manifest, PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { flawOfManifest, GENERATION_GONE } from '../../machine/records/prefix-flaws.ts';
import { readManifest, readPrefixInfo } from '../../machine/records/read-prefix-manifest.ts';
import { SYSTEM_HOME } from './home-of-root.ts';

/** A prefix by name; nothing of it was read yet. */
export interface PrefixPlace {
  name: string;
  /** `<home>/prefixes/<name>`: stays the same when the prefix is replaced by a newer generation. */
  path: string;
  home: string;
  /** False for root's prefixes seen by another user: they are used and shown, never changed. */
  own: boolean;
}

export interface Broken {
  name: string;
  path: string;
  why: string;
}

export interface BrokenPrefix extends Broken {
  /** As of a place. */
  own: boolean;
}

/** A folder of prefixes, or a prefix, that this user may not look into: what is there is not known. */
export interface Unreadable {
  path: string;
  why: string;
}

export interface PrefixList {
  prefixes: readonly PrefixInfo[];
  /** There by name, but without a whole manifest. */
  broken: readonly BrokenPrefix[];
  unreadable: readonly Unreadable[];
}

/** Homes that are looked into, own first, without trailing slashes. @param systemHome for tests */
export function homesOf(folders: Pick<Folders, 'home'>, systemHome = SYSTEM_HOME): string[] {
  return [...new Set([resolve(folders.home), resolve(systemHome)])];
}

/** By name; of one name in two homes, the user's own is the one in use and comes first. */
export async function listPrefixes(folders: Pick<Folders, 'home'>, systemHome?: string): Promise<PrefixList> {
  const prefixes: PrefixInfo[] = [];
  const broken: BrokenPrefix[] = [];
  const shared = sharing();
  const { places, unreadable } = await placesIn(folders, systemHome);
  for (const place of places) {
    const { name, path, own } = place;
    try {
      const prefix = { ...(await read(place, readPrefixInfo)), name, path };
      prefixes.push({ ...prefix, packages: prefix.packages.map(shared) });
    } catch (error) {
      if (!(error instanceof GpuSetupError)) throw error;
      const why = String(error.details?.['why'] ?? error.message);
      if (error.code === 'prefix-unreadable') unreadable.push({ path, why });
      else broken.push({ name, path, own, why });
    }
  }
  return { prefixes, broken, unreadable };
}

/** By name, own ones first, nothing of them read yet; what may not be looked into is left out. */
export async function listPlaces(
  folders: Pick<Folders, 'home'>,
  systemHome?: string,
): Promise<readonly PrefixPlace[]> {
  return (await placesIn(folders, systemHome)).places;
}

/** Many prefixes hold few packages between them: of each, one record is kept. */
function sharing(): (one: PrefixInfo['packages'][number]) => PrefixInfo['packages'][number] {
  const known = new Map<string, PrefixInfo['packages'][number]>();
  return (one) => {
    const key = JSON.stringify(one);
    const first = known.get(key) ?? one;
    known.set(key, first);
    return first;
  };
}

/**
 * @param builds names that are asked for in the same way, where builds are meant as well
 * @throws GpuSetupError `unknown-prefix` with the nearest names; `prefix-unreadable` where it may be one of the unseen
 */
export async function findPrefix(
  folders: Pick<Folders, 'home'>,
  name: string,
  systemHome?: string,
  builds: readonly string[] = [],
): Promise<PrefixPlace> {
  const { places, unreadable } = await placesIn(folders, systemHome);
  const found = places.find((place) => place.name === name);
  if (found !== undefined) return found;
  const unseen = unreadable[0];
  if (unseen !== undefined) {
    throw new GpuSetupError(
      'prefix-unreadable',
      `no prefix that this user can see is named "${name}", and ${unseen.path} cannot be read: ${unseen.why}`,
      { details: { name, ...unseen } },
    );
  }
  const names = [...new Set([...places.map((place) => place.name), ...builds])];
  const close = nearest(name, names);
  const what = builds.length > 0 ? 'no prefix and no build' : 'no prefix';
  throw new GpuSetupError('unknown-prefix', `${what} is named "${name}"`, {
    hint: hintFor(names, close),
    details: { name, nearest: close, home: folders.home },
  });
}

/** What is said where a prefix is seen, and may not be changed. */
export function prefixOfRoot({ path }: PrefixPlace): GpuSetupError {
  return new GpuSetupError('prefix-of-root', `${path} was installed by root for all users`, {
    hint: [
      'run the same command with sudo',
      'or install one of your own, which comes before it: gpu-setup recipes names what there is',
    ],
  });
}

/** The manifest, with name and path as they are now. @throws GpuSetupError `prefix-broken`, `prefix-unreadable` */
export async function readPrefix(place: PrefixPlace): Promise<Manifest> {
  const manifest = await read(place, readManifest);
  return { ...manifest, prefix: { ...manifest.prefix, name: place.name, path: place.path } };
}

/** @throws GpuSetupError `prefix-broken`, `prefix-unreadable` */
async function read<T>(
  place: PrefixPlace,
  from: (machine: Machine, prefix: string) => Promise<Answer<T>>,
): Promise<T> {
  const machine = liveMachine();
  const answer = await from(machine, place.path);
  if (answer.state === 'present') return answer.value;
  const flaw = await flawOfManifest(machine, place.path, answer);
  if (flaw === null) {
    const why = answer.state === 'unknown' ? answer.why : 'it cannot be looked into';
    throw new GpuSetupError('prefix-unreadable', `the prefix ${place.name} cannot be read: ${why}`, {
      details: { name: place.name, path: place.path, why },
    });
  }
  const there = flaw !== GENERATION_GONE;
  const again = `gpu-setup remove ${place.name}, then install it again`;
  throw new GpuSetupError('prefix-broken', `the prefix ${place.name} is damaged: ${flaw}`, {
    hint: !place.own
      ? `ask the administrator: sudo gpu-setup verify ${place.name} --repair makes it anew`
      : there
        ? [`gpu-setup verify ${place.name} --repair makes it anew`, `or ${again}`]
        : again,
    details: { name: place.name, path: place.path, why: flaw },
  });
}

async function placesIn(
  folders: Pick<Folders, 'home'>,
  systemHome?: string,
): Promise<{ places: PrefixPlace[]; unreadable: Unreadable[] }> {
  const places: PrefixPlace[] = [];
  const unreadable: Unreadable[] = [];
  for (const home of homesOf(folders, systemHome)) {
    // GPU_SETUP_HOME may name root's: it stays root's.
    const own = home === resolve(folders.home) && !(await isOfRoot(home));
    const folder = join(home, 'prefixes');
    const names = await namesIn(folder);
    if (typeof names === 'string') unreadable.push({ path: folder, why: names });
    else for (const name of names) places.push({ name, path: join(folder, name), home, own });
  }
  // A stable sort: the own home stays in front.
  places.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { places, unreadable };
}

/** Links and folders; names that begin with a dot are being made or removed. A text: why they cannot be known. */
async function namesIn(folder: string): Promise<string[] | string> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (['ENOENT', 'ENOTDIR'].includes(code)) return [];
    if (code !== '') return messageOf(error);
    throw error;
  }
  const found: string[] = [];
  for (const name of names) {
    if (name.startsWith('.')) continue;
    const entry = await lstat(join(folder, name)).catch((error: unknown) => systemCode(error));
    // Gone since; anything else is there, and reading it says what is wrong.
    if (entry === 'ENOENT') continue;
    if (entry === undefined || typeof entry === 'string' || entry.isSymbolicLink() || entry.isDirectory())
      found.push(name);
  }
  return found;
}

function hintFor(names: readonly string[], close: readonly string[]): string {
  if (close.length > 0) return `did you mean ${close.join(' or ')}?`;
  if (names.length > 0) return `installed are ${names.join(', ')}`;
  return 'nothing is installed yet; gpu-setup install cuda10, or another recipe';
}
