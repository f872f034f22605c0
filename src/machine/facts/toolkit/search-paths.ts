/** Where the caller's programs and libraries are looked for. */
import { present, valueOf, type Answer } from '../../answer.ts';
import type { Machine } from '../../machine.ts';

/** A login on Debian and Ubuntu; what an unpacked image has where nothing sets another. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Hostile variables name any number of folders. */
const MOST_FOLDERS = 200;

/** PATH's absolute folders in order. Of an image the variable is not known: the default. */
export function programFolders(machine: Machine): Answer<readonly string[]> {
  const path = machine.env('PATH');
  const isImage = path.state === 'unknown' && !machine.isRunning;
  if (path.state === 'unknown' && !isImage) return path;
  return present(absoluteFolders(path.state === 'present' ? path.value : DEFAULT_PATH), path.from);
}

/** LD_LIBRARY_PATH's absolute folders in order; none where it is not set or not known. */
export function libraryPathFolders(machine: Machine): readonly string[] {
  const path = machine.env('LD_LIBRARY_PATH');
  return path.state === 'present' ? absoluteFolders(path.value) : [];
}

/**
 * Those that lead to different places: of /usr/bin and /bin, which is a link to it, only the first is gone through, and both
 * have thousands of names. Where it cannot be told they all stay.
 */
export async function distinctFolders(
  machine: Machine,
  folders: readonly string[],
): Promise<readonly string[]> {
  const places = await Promise.all(
    folders.map(async (folder) => valueOf(await machine.realPath(folder)) ?? folder),
  );
  return folders.filter((_, at) => places.indexOf(places[at]!) === at);
}

function absoluteFolders(value: string): string[] {
  const folders = value
    .split(':', MOST_FOLDERS)
    .filter((folder) => folder.startsWith('/'))
    .map(withoutLastSlashes);
  return [...new Set(folders)];
}

function withoutLastSlashes(folder: string): string {
  let end = folder.length;
  while (end > 1 && folder[end - 1] === '/') end--;
  return folder.slice(0, end);
}
