/** `use`: chooses the prefix that is taken where none is named, or forgets the choice. */
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Folders } from '../../base/folders.ts';
import { resetCurrent, setCurrent } from './current.ts';
import { prepareHome } from './home-folder.ts';
import { lockHome, type HomeLock } from './home-lock.ts';
import { findPrefix, readPrefix, type PrefixPlace } from './prefixes.ts';
import type { ChangeOptions } from './remove.ts';

/** @throws GpuSetupError what `findPrefix` and `readPrefix` throw; `home-not-writable`, `home-unsafe` */
export async function use(
  folders: Pick<Folders, 'home'>,
  name: string,
  options: ChangeOptions,
  systemHome?: string,
): Promise<PrefixPlace> {
  const place = await findPrefix(folders, name, systemHome);
  // One that is damaged is better said now than at every call from now on.
  await readPrefix(place);
  await prepareHome(folders.home);
  await locked(folders.home, `use ${name}`, options, (lock) =>
    setCurrent(resolve(folders.home), place, lock),
  );
  return place;
}

/** @returns whether something had been chosen @throws GpuSetupError `home-not-writable`, `home-unsafe` */
export async function reset(folders: Pick<Folders, 'home'>, options: ChangeOptions): Promise<boolean> {
  const home = resolve(folders.home);
  if ((await stat(home).catch(() => null)) === null) return false;
  return locked(home, 'use --reset', options, (lock) => resetCurrent(home, lock));
}

async function locked<T>(
  home: string,
  what: string,
  options: ChangeOptions,
  work: (lock: HomeLock) => Promise<T>,
): Promise<T> {
  try {
    const lock = await lockHome(home, { what, ...options });
    try {
      return await work(lock);
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) throw error;
    throw new GpuSetupError('home-not-writable', `cannot write to ${home}: ${messageOf(error)}`, {
      hint: `it needs write access to ${home}`,
      cause: error,
    });
  }
}
