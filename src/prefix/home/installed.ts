/** A name as `list` shows it: of a prefix, or of a build. */
import { join, resolve } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import type { Folders } from '../../base/folders.ts';
import { buildNames } from './build-list.ts';
import { findPrefix, type PrefixPlace } from './prefixes.ts';

export interface BuildPlace {
  name: string;
  path: string;
  home: string;
}

export type Installed = { kind: 'prefix'; place: PrefixPlace } | { kind: 'build'; place: BuildPlace };

/** Folders of a home, which say what is meant where a prefix and a build have one name: builds/darknet-1 */
const PREFIXES = 'prefixes/';
const BUILDS = 'builds/';

/** @throws GpuSetupError `unknown-prefix` with the nearest names of both; `ambiguous-name`; `prefix-unreadable` */
export async function findInstalled(
  folders: Pick<Folders, 'home'>,
  word: string,
  systemHome?: string,
): Promise<Installed> {
  const home = resolve(folders.home);
  const builds = await buildNames(home);
  const name = word.startsWith(BUILDS) ? word.slice(BUILDS.length) : word;
  if (builds.includes(name) && !word.startsWith(PREFIXES)) {
    const build: BuildPlace = { name, path: join(home, 'builds', name), home };
    if (word !== name || !(await isPrefix(folders, name, systemHome))) return { kind: 'build', place: build };
    throw new GpuSetupError('ambiguous-name', `a prefix and a build are both named "${name}"`, {
      hint: `say which: ${PREFIXES}${name} or ${BUILDS}${name}`,
      details: { name },
    });
  }
  const prefix = word.startsWith(PREFIXES) ? word.slice(PREFIXES.length) : word;
  return { kind: 'prefix', place: await findPrefix(folders, prefix, systemHome, builds) };
}

async function isPrefix(
  folders: Pick<Folders, 'home'>,
  name: string,
  systemHome: string | undefined,
): Promise<boolean> {
  return findPrefix(folders, name, systemHome).then(
    () => true,
    (error: unknown) => {
      // A folder that may not be read holds nothing that could be meant to be removed.
      if (error instanceof GpuSetupError) return false;
      throw error;
    },
  );
}
