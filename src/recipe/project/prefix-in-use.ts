/**
 * Which prefix a call means: the one that it names; else what the project file of the caller's folder names; else what
 * `use` chose. What reads project files is loaded where there is one.
 */
import { GpuSetupError } from '../../base/errors.ts';
import type { Folders } from '../../base/folders.ts';
import { findCurrent } from '../../prefix/home/current.ts';
import { findPrefix, listPlaces, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import type { Trust } from '../consent.ts';
import { findProjectFile } from './find-project-file.ts';

export interface Caller {
  folders: Folders;
  /** The folder from which upwards a project file is looked for. */
  cwd: string;
  trust: Trust;
}

export interface PrefixInUse {
  place: PrefixPlace;
  by: 'name' | 'project' | 'use';
  /** The project file; null where none decided. */
  file: string | null;
}

/**
 * @param name as the call gave it
 * @throws GpuSetupError `unknown-prefix`, `prefix-unreadable`; `no-prefix-in-use` (exit code 2); of the project file
 *   `bad-project`, `project-unreadable`, `project-not-trusted`, `project-not-installed`, `project-ambiguous`; of what
 *   `use` chose `current-gone`, `current-damaged`
 */
export async function prefixFor(name: string | undefined, caller: Caller): Promise<PrefixInUse> {
  if (name !== undefined) return { place: await findPrefix(caller.folders, name), by: 'name', file: null };
  const found = await prefixInUse(caller);
  if (found !== null) return found;
  const places = await listPlaces(caller.folders);
  const names = [...new Set(places.map((place) => place.name))];
  throw new GpuSetupError('no-prefix-in-use', 'no prefix was named, and none is in use here', {
    hint:
      names.length === 0
        ? 'nothing is installed yet; gpu-setup install cuda10, or another recipe'
        : `name one (${names.slice(0, 8).join(', ')}${names.length > 8 ? ', ...' : ''}), or choose one for all calls: gpu-setup use NAME`,
  });
}

/** Null where neither a project file nor `use` says one. @throws as `prefixFor` */
export async function prefixInUse(caller: Caller): Promise<PrefixInUse | null> {
  const file = await findProjectFile(caller.cwd);
  if (file !== null) {
    const { prefixOfProject } = await import('./prefix-of-project.ts');
    return { place: await prefixOfProject(file, caller), by: 'project', file };
  }
  const place = await findCurrent(caller.folders);
  return place === null ? null : { place, by: 'use', file: null };
}
