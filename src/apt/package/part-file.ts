/**
 * Half-fetched files. Each belongs to the process that writes it; what a dead process left is taken over, so that a
 * download goes on where it was cut.
 *
 *     <digest>.<machine and pid namespace>.<pid>.part
 */
import { createHash } from 'node:crypto';
import { readFile, readdir, readlink, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the writer's process id means nothing here: nothing was written for so long. */
const ABANDONED_MS = 120_000;

/** Path of this process's part file for a digest, with what an earlier process left in it. */
export async function claimPart(folder: string, sha256: string): Promise<string> {
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
