/** The folder that everything is installed into: who may write to it, and whether it can be written to at all. */
import { access, chmod, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import {
  currentUser,
  exists,
  flawOnTheWay,
  isOfRoot,
  makeFolder,
  type Owner,
} from '../../base/files/folder-safety.ts';

/** Readable for everybody, since root installs for all users. */
const READABLE = ['store', 'generations', 'prefixes'];
/** Locks, what is being unpacked, folders that builds are made in: nobody else's business. */
const PRIVATE = 'state';

/**
 * Of a prefix, or of the home that it is to lie in.
 *
 * @throws GpuSetupError `prefix-path-unusable`: no path list can hold this path
 */
export function requireSearchable(path: string): void {
  if (!/[:\u0000-\u001f\u007f]/.test(path)) return;
  throw new GpuSetupError(
    'prefix-path-unusable',
    `${path} holds a colon or a control character, which no search path can carry`,
    { hint: 'set GPU_SETUP_HOME to another folder and install there' },
  );
}

/**
 * Makes the folder, its parents and its parts, and judges them: whoever can write to one of them could put another
 * program where nvcc was.
 *
 * @throws GpuSetupError `home-not-writable`, `home-unsafe`, `prefix-path-unusable`
 */
export async function prepareHome(home: string, user: Owner = currentUser()): Promise<void> {
  requireSearchable(home);
  const parts = [home, ...READABLE.map((name) => join(home, name))];
  // Before, so that nothing is made in a folder of others; and after, since others may have been faster.
  await judge(home, [home], user);
  await orNotWritable(home, async () => {
    for (const part of parts) await makeFolder(part, 0o755);
    await makeFolder(join(home, PRIVATE), 0o700);
    for (const part of [...parts, join(home, PRIVATE)]) await access(part, constants.W_OK | constants.X_OK);
  });
  await judge(home, [...parts, join(home, 'builds'), await stateFolder(home, user)], user);
}

/**
 * `<home>/state`, judged and private; the home is there.
 *
 * @throws GpuSetupError `home-not-writable`, `home-unsafe`
 */
export async function stateFolder(home: string, user: Owner = currentUser()): Promise<string> {
  const state = join(home, PRIVATE);
  await judge(home, [home], user);
  await orNotWritable(home, async () => {
    await makeFolder(state, 0o700);
    // Version 0.1 left it readable.
    const { uid, mode } = await stat(state);
    if (uid === user.uid && (mode & 0o7777) !== 0o700) await chmod(state, 0o700);
    // Root's is another user's to see: nobody is to wait for a lock that can never be theirs.
    await access(state, constants.W_OK | constants.X_OK);
  });
  await judge(home, [state], user);
  return state;
}

/**
 * For what first reads the home to find out what there is to change in it: one that only root may change is refused at once.
 *
 * @throws GpuSetupError `home-not-writable`
 */
export async function requireWritable(home: string): Promise<void> {
  await orNotWritable(home, async () => {
    if (await exists(home)) await access(home, constants.W_OK | constants.X_OK);
  });
}

async function judge(home: string, folders: readonly string[], user: Owner): Promise<void> {
  for (const folder of folders) {
    const flaw = await orNotWritable(home, () => flawOnTheWay(folder, user));
    if (flaw === null) continue;
    const { path, why, remedy } = flaw;
    throw new GpuSetupError('home-unsafe', `${home} is not safe to install into: ${path} ${why}`, {
      hint: `${remedy === null ? '' : `${remedy}, or `}name a folder in GPU_SETUP_HOME that only you can write to`,
      details: { folder: path },
    });
  }
}

async function orNotWritable<T>(home: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new GpuSetupError('home-not-writable', `cannot write to ${home}: ${messageOf(cause)}`, {
      hint: (await isOfRoot(home))
        ? ['root keeps it: run the same command with sudo', 'or set GPU_SETUP_HOME to a folder of your own']
        : 'set GPU_SETUP_HOME to a folder of your own, or repair the permissions of this one',
      cause,
    });
  }
}
