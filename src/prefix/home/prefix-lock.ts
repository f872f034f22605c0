/** The lock inside a prefix: what `install` wrote there, and what a later one compares its request with. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { parseLock, type Lock } from '../plan/lockfile.ts';

/** Below the root of a prefix. */
export const LOCK_PATH = '.gpu-setup/gpu-setup.lock';

export async function writeLock(prefix: string, lock: Lock): Promise<void> {
  await writeFile(join(prefix, LOCK_PATH), `${JSON.stringify(lock, null, 2)}\n`, { mode: 0o444, flag: 'wx' });
}

/**
 * Null where the prefix has none.
 *
 * @param prefix `<home>/prefixes/<name>`
 * @throws GpuSetupError `lock-damaged`, `lock-unreadable`
 */
export async function readLock(prefix: string): Promise<Lock | null> {
  const path = join(prefix, LOCK_PATH);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
    throw new GpuSetupError('lock-unreadable', `${path} cannot be read: ${messageOf(error)}`, {
      hint: 'make it readable',
      cause: error,
    });
  }
  try {
    return parseLock(text, path);
  } catch (error) {
    const name = basename(prefix);
    throw new GpuSetupError(
      'lock-damaged',
      `the lock of the prefix ${name} is damaged: ${messageOf(error)}`,
      {
        hint: `gpu-setup verify ${name} says what else is; to make it anew: gpu-setup remove ${name}, then install it again`,
        cause: error,
        details: { name, path },
      },
    );
  }
}
