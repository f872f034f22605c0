/** The folder that everything is installed into: who may write to it, and whether it can be written to at all. */
import { access, constants, lstat, mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';

const PARTS = ['store', 'generations', 'prefixes', 'state'];

export interface Owner {
  uid: number;
  gid: number;
}

/**
 * Makes the folder and its parents, and judges them: whoever can write to one of them could put another program where
 * nvcc was.
 *
 * @throws GpuSetupError `home-not-writable`, `home-unsafe`
 */
export async function prepareHome(home: string, user: Owner = currentUser()): Promise<void> {
  const fail = (cause: unknown): never => {
    throw new GpuSetupError('home-not-writable', `cannot write to ${home}: ${messageOf(cause)}`, {
      hint: 'set GPU_SETUP_HOME to a folder of your own, or repair the permissions of this one',
      cause,
    });
  };
  await checkParents(home, user);
  try {
    for (const part of [home, ...PARTS.map((name) => join(home, name))]) await makeFolder(part);
    for (const part of [home, ...PARTS.map((name) => join(home, name))]) {
      await access(part, constants.W_OK | constants.X_OK);
    }
  } catch (error) {
    fail(error);
  }
  await checkParents(home, user);
}

/** Step by step: Node's own recursive mkdir never ends where the system answers "no such file" (below /proc). */
async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let at = path; !(await exists(at)); at = dirname(at)) missing.unshift(at);
  for (const folder of missing) {
    await mkdir(folder, { mode: 0o755 }).catch((error: unknown) => {
      // Made by another install in the meantime.
      if (systemCode(error) !== 'EEXIST') throw error;
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function checkParents(home: string, user: Owner): Promise<void> {
  const start = await firstThatExists(home);
  const privateGroup = await ownsPrivateGroup(user);
  // What the path says and what it leads to: a link's own folder counts as much as the folder it points to.
  for (const begin of new Set([start, await realpath(start)])) {
    for (let at = begin; ; at = dirname(at)) {
      const found = await stat(at);
      const why = writableByOthers({ uid: found.uid, gid: found.gid, mode: found.mode }, user, privateGroup);
      if (why !== null) {
        throw new GpuSetupError('home-unsafe', `${home} is not safe to install into: ${at} ${why}`, {
          hint: `chmod go-w ${at} if it is yours, or set GPU_SETUP_HOME to a folder that only you can write to`,
          details: { folder: at },
        });
      }
      if (at === dirname(at)) break;
    }
  }
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

async function firstThatExists(path: string): Promise<string> {
  let at = path;
  while (at !== dirname(at) && !(await exists(at))) at = dirname(at);
  return at;
}

function currentUser(): Owner {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}
