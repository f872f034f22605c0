/** A private folder for work that make and compilers do: neither can quote what a path of the user's may hold. */
import { access, constants, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GpuSetupError } from '../errors.ts';

const PLAIN = /^\/[\w./+-]*$/;
export const WORK_PREFIX = 'gpu-setup-work-';
/** Longer than any time limit of a script: what is older was left by a process that was killed. */
const ABANDONED_MS = 48 * 3600_000;

/**
 * The first of: the home's state folder, /var/tmp, the system's temporary folder, whose path is plain and which can be
 * written. Removed by the caller.
 *
 * @throws GpuSetupError `no-work-folder`
 */
export async function makeWorkFolder(home: string, candidates = ['/var/tmp', tmpdir()]): Promise<string> {
  const state = join(home, 'state');
  await removeAbandoned(state, WORK_PREFIX);
  for (const parent of [state, ...candidates]) {
    if (!PLAIN.test(parent) || !(await canWrite(parent))) continue;
    const work = await mkdtemp(join(parent, WORK_PREFIX));
    await mkdir(join(work, 'tmp'));
    return work;
  }
  throw new GpuSetupError(
    'no-work-folder',
    `a build needs a folder whose path is of letters, digits and "._+-" alone; none of ${[state, ...candidates].join(', ')} can be used`,
    { hint: 'export TMPDIR=/a/plain/path' },
  );
}

async function canWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Removes what `abandonedIn` finds. */
export async function removeAbandoned(parent: string, prefix: string): Promise<void> {
  for (const path of await abandonedIn(parent, prefix)) await rm(path, { recursive: true, force: true });
}

/** Folders whose names begin so, left by a process that was killed. */
export async function abandonedIn(parent: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const entry = await stat(path).catch(() => null);
    if (entry !== null && Date.now() - entry.mtimeMs > ABANDONED_MS) found.push(path);
  }
  return found;
}
