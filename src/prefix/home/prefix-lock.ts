/** The lock inside a prefix: what `install` wrote there, and what a later one compares its request with. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLock } from '../plan/lockfile.ts';
import type { Lock } from '../plan/types.ts';

/** Below the root of a prefix. */
export const LOCK_PATH = '.gpu-setup/gpu-setup.lock';

export async function writeLock(prefix: string, lock: Lock): Promise<void> {
  await writeFile(join(prefix, LOCK_PATH), `${JSON.stringify(lock, null, 2)}\n`, { mode: 0o444, flag: 'wx' });
}

/** Null where the prefix has none that can be read. */
export async function readLock(prefix: string): Promise<Lock | null> {
  const path = join(prefix, LOCK_PATH);
  try {
    return parseLock(await readFile(path, 'utf8'), path);
  } catch {
    return null;
  }
}
