/**
 * The prefix that `use` chose, which `run`, `env` and `shell` take where none is named: a link in the home,
 *
 *     current -> prefixes/cuda10                      one of this home
 *     current -> /opt/gpu-setup/prefixes/cuda10       one that root installed for everybody
 */
import { lstat, readlink, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { syncPath } from '../../base/files/sync-to-disk.ts';
import type { Folders } from '../../base/folders.ts';
import type { HomeLock } from './home-lock.ts';
import { findPrefix, homesOf, type PrefixPlace } from './prefixes.ts';

export interface Current {
  /** The home whose `current` it is: one's own before that of root. */
  home: string;
  /** Of the prefix, which may be gone. */
  name: string;
  /** The home that the prefix is in. */
  of: string;
}

/**
 * Null where nothing was chosen.
 *
 * @throws GpuSetupError `current-damaged`: what is there is no link to a prefix; `prefix-unreadable`
 */
export async function readCurrent(
  folders: Pick<Folders, 'home'>,
  systemHome?: string,
): Promise<Current | null> {
  const homes = homesOf(folders, systemHome);
  for (const home of homes) {
    const path = join(home, 'current');
    const target = await readlink(path).catch((error: unknown) => {
      const code = systemCode(error) ?? '';
      if (['ENOENT', 'ENOTDIR'].includes(code)) return null;
      if (code === 'EINVAL') throw damaged(path, 'it is no link');
      throw new GpuSetupError('prefix-unreadable', `${path} cannot be read: ${messageOf(error)}`, {
        cause: error,
      });
    });
    if (target === null) continue;
    const of = homes.find((one) => nameBelow(resolve(home, target), `${one}/prefixes/`) !== null);
    if (of === undefined) throw damaged(path, `it leads to ${target}, which is no prefix`);
    return { home, name: basename(target), of };
  }
  return null;
}

/** @throws GpuSetupError `current-gone`; what `readCurrent` and `findPrefix` throw */
export async function findCurrent(
  folders: Pick<Folders, 'home'>,
  systemHome?: string,
): Promise<PrefixPlace | null> {
  const current = await readCurrent(folders, systemHome);
  if (current === null) return null;
  const { name, of } = current;
  // Of one name in two homes, what was chosen is the one in this home.
  const place = await findPrefix({ home: of }, name, of).catch((error: unknown) => {
    if (!(error instanceof GpuSetupError) || error.code !== 'unknown-prefix') throw error;
    throw new GpuSetupError('current-gone', `the prefix ${name}, which \`use\` chose, is gone`, {
      hint: ['gpu-setup use NAME chooses another one', 'gpu-setup use --reset forgets it'],
      details: { name, home: of },
      cause: error,
    });
  });
  return { ...place, own: place.own && of === resolve(folders.home) };
}

/** @param lock of this home @throws GpuSetupError `current-damaged`, `lock-lost` */
export async function setCurrent(
  home: string,
  place: PrefixPlace,
  lock: Pick<HomeLock, 'putLink'>,
): Promise<void> {
  const path = join(home, 'current');
  await mustBeLink(path);
  await lock.putLink(place.home === resolve(home) ? `prefixes/${place.name}` : place.path, path);
  await syncPath(home);
}

/** @param lock of this home @returns whether there was one @throws GpuSetupError `current-damaged`, `lock-lost` */
export async function resetCurrent(home: string, lock: Pick<HomeLock, 'confirm'>): Promise<boolean> {
  const path = join(home, 'current');
  if (!(await mustBeLink(path))) return false;
  await lock.confirm();
  await rm(path, { force: true });
  await syncPath(home);
  return true;
}

async function mustBeLink(path: string): Promise<boolean> {
  const there = await lstat(path).catch(() => null);
  if (there !== null && !there.isSymbolicLink()) throw damaged(path, 'it is no link');
  return there !== null;
}

function nameBelow(path: string, start: string): string | null {
  const name = path.startsWith(start) ? path.slice(start.length) : '';
  return name === '' || name.includes('/') ? null : name;
}

function damaged(path: string, why: string): GpuSetupError {
  return new GpuSetupError('current-damaged', `${path} is not what gpu-setup use makes: ${why}`, {
    hint: `move ${path} elsewhere, then gpu-setup use NAME`,
    details: { path },
  });
}
