/**
 * Half-fetched files. Each belongs to the process that writes it; what a dead process left is taken over, so that a
 * download goes on where it was cut.
 *
 *     <digest>.<machine and pid namespace>.<pid>.part
 */
import { createHash } from 'node:crypto';
import {
  constants,
  open,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { cacheError, isReadOnly } from '../../base/files/cache-folder.ts';
import { shellWord } from '../../base/processes/shell-line.ts';

/** Where the writer's process id means nothing here: nothing was written for so long. */
const ABANDONED_MS = 120_000;

/** Open for reading and writing: what was written through a handle is what is read through it. */
export interface PartFile {
  path: string;
  handle: FileHandle;
}

/** This process's part file for a digest, with what an earlier process left in it. */
export async function openPart(folder: string, sha256: string): Promise<PartFile> {
  const path = await claimPart(folder, sha256);
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    return { path, handle: await open(path, flags, 0o600) };
  } catch (error) {
    throw isReadOnly(error) ? readOnly(folder, error) : cacheError(path, error);
  }
}

function readOnly(folder: string, cause: unknown): GpuSetupError {
  return new GpuSetupError('cache-unusable', `${folder} may not be written to, and lacks what is wanted`, {
    hint: `name a cache of your own in GPU_SETUP_CACHE, and take what lies here with --from ${shellWord(folder)}`,
    cause,
    details: { folder },
  });
}

/** Kept for the next run, unless there is nothing in it. */
export async function closePart({ path, handle }: PartFile): Promise<void> {
  const { size } = await handle.stat();
  await handle.close();
  if (size === 0) await rm(path, { force: true });
}

async function claimPart(folder: string, sha256: string): Promise<string> {
  const home = await processHome();
  const own = join(folder, `${sha256}.${home}.${process.pid}.part`);
  for (const name of await readdir(folder)) {
    const match = new RegExp(`^${sha256}\\.([0-9a-f]+)\\.(\\d+)\\.part$`).exec(name);
    if (match === null || join(folder, name) === own) continue;
    if (!(await isAbandoned(join(folder, name), match[1] === home, Number(match[2])))) continue;
    try {
      // Of several that want it one wins; the others find it gone.
      await rename(join(folder, name), own);
      break;
    } catch {
      continue;
    }
  }
  return own;
}

async function isAbandoned(path: string, here: boolean, pid: number): Promise<boolean> {
  if (here) return !isAlive(pid);
  try {
    return Date.now() - (await stat(path)).mtimeMs > ABANDONED_MS;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Names the set of processes in which our process ids mean something: this boot, this pid namespace. */
async function processHome(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return createHash('sha256').update(`${boot.trim()} ${namespace}`).digest('hex').slice(0, 12);
}
