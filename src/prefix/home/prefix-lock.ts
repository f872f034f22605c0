/** The lock inside a prefix: what `install` wrote there, and what a later one compares its request with. */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { readContent } from '../../machine/kinds/disk.ts';
import { LOCK_PATH } from '../../machine/records/read-prefix-manifest.ts';
import { MAX_LOCK_BYTES, parseLock } from '../plan/lock/parse-lock.ts';
import { lockText, type Lock } from '../plan/lockfile.ts';

export async function writeLock(prefix: string, lock: Lock): Promise<void> {
  await writeFile(join(prefix, LOCK_PATH), lockText(lock), { mode: 0o444, flag: 'wx' });
}

/**
 * Null where the prefix has none.
 *
 * @param prefix `<home>/prefixes/<name>`
 * @throws GpuSetupError `lock-damaged`, `lock-unreadable`
 */
export async function readLock(prefix: string): Promise<Lock | null> {
  const path = join(prefix, LOCK_PATH);
  const found = readContent(path, MAX_LOCK_BYTES, { kind: 'file', name: path });
  if (found.state === 'absent') return null;
  if (found.state === 'unknown') {
    throw new GpuSetupError('lock-unreadable', `${path} cannot be read: ${found.why}`, {
      hint:
        found.reason === 'not-permitted'
          ? 'make it readable'
          : `it is no file that gpu-setup wrote: gpu-setup remove ${basename(prefix)}, then install it again`,
    });
  }
  try {
    if (found.value.truncated) throw new Error(`it has more than ${MAX_LOCK_BYTES} bytes`);
    return parseLock(found.value.bytes, path);
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
