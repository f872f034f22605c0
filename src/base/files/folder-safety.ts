/** Whether what lies in a folder could have been put or exchanged there by others: home, cache, configuration and state. */
import { chmod, lstat, mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemCode } from '../errors.ts';
import { shellWord } from '../processes/shell-line.ts';

export interface Owner {
  uid: number;
  gid: number;
}

/** The first thing on the way to a folder that others could change. */
export interface Flaw {
  /** The folder itself or one above it. */
  path: string;
  /** "may be written to by everybody" */
  why: string;
  /** What would mend it, as words that can begin a sentence; null where nothing does. */
  remedy: string | null;
}

/**
 * Looks at a path and at every folder above it: whoever may write to one of them could put something else in its place.
 * What is not there yet is judged by the nearest folder that is.
 *
 * @returns null where nobody but the user and root can change what lies there
 * @throws the system's error where the path cannot be followed: a link that leads nowhere, a folder that may not be entered
 */
export async function flawOnTheWay(path: string, user: Owner = currentUser()): Promise<Flaw | null> {
  const start = await nearestThatExists(resolve(path));
  let privateGroup: boolean | null = null;
  // What the path says and what it leads to: a link's own folder counts as much as the folder it points to.
  for (const begin of new Set([start, await realpath(start)])) {
    for (let at = begin; ; at = dirname(at)) {
      const found = await stat(at);
      const { uid, gid, mode } = found;
      // A device is everybody's by right; what else lies there is judged by whoever reads it.
      if (!found.isDirectory() && !(at === begin && (found.isFile() || found.isFIFO()))) {
        return { path: at, why: 'is no folder', remedy: null };
      }
      if ((mode & 0o020) !== 0 && gid === user.gid) privateGroup ??= await ownsPrivateGroup(user);
      const why = writableByOthers({ uid, gid, mode }, user, privateGroup === true);
      const remedy = uid === user.uid ? `chmod go-w ${shellWord(at)}` : null;
      if (why !== null) return { path: at, why, remedy };
      if (at === dirname(at)) break;
    }
  }
  return null;
}

/**
 * Why others could exchange what lies in a folder, or null. A sticky folder of root's (/tmp) is fine: in it, only the
 * owner of an entry may rename it. So is write access for a group that holds nobody but the user.
 */
export function writableByOthers(
  folder: { uid: number; gid: number; mode: number },
  user: Owner,
  hasPrivateGroup: boolean,
): string | null {
  if (folder.uid !== 0 && folder.uid !== user.uid) return `belongs to another user (uid ${folder.uid})`;
  const sticky = (folder.mode & 0o1000) !== 0 && folder.uid === 0;
  if (sticky) return null;
  if ((folder.mode & 0o002) !== 0) return 'may be written to by everybody';
  const ownGroup = folder.gid === 0 || (hasPrivateGroup && folder.gid === user.gid);
  return (folder.mode & 0o020) !== 0 && !ownGroup
    ? `may be written to by its group (gid ${folder.gid})`
    : null;
}

/**
 * Makes a folder and those above it that are missing; the mode holds whatever the umask is.
 *
 * Step by step: Node's own recursive mkdir never ends where the system answers "no such file" (below /proc).
 *
 * @param mode of what is made; one that is there keeps its own
 */
export async function makeFolder(path: string, mode: 0o700 | 0o755): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(path); !(await exists(at)); at = dirname(at)) missing.unshift(at);
  for (const folder of missing) {
    try {
      await mkdir(folder, { mode });
    } catch (error) {
      // Made by another run in the meantime.
      if (systemCode(error) === 'EEXIST') continue;
      throw error;
    }
    // A umask that takes more away would make root's prefixes unreadable, or a folder unusable for its owner.
    await chmod(folder, mode);
  }
}

/** Also of a link that leads nowhere. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** The path, or the nearest folder above it that exists. */
export async function nearestThatExists(path: string): Promise<string> {
  let at = path;
  while (at !== dirname(at) && !(await exists(at))) at = dirname(at);
  return at;
}

/** Debian and Ubuntu give every user a group of the same name; nobody else is in it unless somebody was added. */
async function ownsPrivateGroup(user: Owner): Promise<boolean> {
  try {
    const passwd = await readFile('/etc/passwd', 'utf8');
    const name = passwd
      .split('\n')
      .find((line) => line.split(':')[2] === String(user.uid))
      ?.split(':')[0];
    const others = passwd.split('\n').some((line) => {
      const fields = line.split(':');
      return fields[3] === String(user.gid) && fields[2] !== String(user.uid);
    });
    const group = (await readFile('/etc/group', 'utf8'))
      .split('\n')
      .find((line) => line.split(':')[2] === String(user.gid));
    const [groupName, , , members = ''] = group?.split(':') ?? [];
    return (
      name !== undefined &&
      groupName === name &&
      !others &&
      members.split(',').every((m) => m === '' || m === name)
    );
  } catch {
    return false;
  }
}

/** Whether a folder is there that root keeps and another user runs this: what is in it is theirs to see, not to change. */
export async function isOfRoot(folder: string, user: Owner = currentUser()): Promise<boolean> {
  if (user.uid === 0) return false;
  return stat(folder).then(
    ({ uid }) => uid === 0,
    () => false,
  );
}

export function currentUser(): Owner {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}
