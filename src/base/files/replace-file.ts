/** Writing a file in one step: whoever looks sees the old one or the new one, whole, also after a crash. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './sync-to-disk.ts';

/**
 * @param content in one piece or several
 * @param mode of the new file, whatever the umask is
 * @throws system errors; the file that was there is then as it was
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  mode: number,
): Promise<void> {
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  const staged = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    // Nothing that lies there under this name is followed or written to.
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const file = await open(staged, flags, 0o600);
    try {
      // Each goes on where the one before it ended.
      for (const piece of pieces) await file.writeFile(piece);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true });
    throw error;
  }
  await syncPath(dirname(path));
}
