/**
 * Which payload a package file holds, so that a package in the store need not be fetched to be known again:
 *
 *     <home>/state/payloads/<SHA-256 of the .deb>      the SHA-256 of its data.tar member
 *
 * A note is only where to look. What it says counts where the entry of that payload in the store names the same .deb
 * (`debs`): both are written by the run that verified the file, so one of them changed alone, by whatever, leads to the
 * package being read again and never to a prefix that holds something else than its manifest says.
 */
import { chmod, constants, lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOwnFolder, takePlace } from '../../base/files/own-path.ts';

/** Null where there is none, where it is damaged, or where somebody else could have written it. */
export async function notedPayload(folder: string, debSha256: string): Promise<string | null> {
  try {
    if (!isPrivate(await lstat(folder))) return null;
    const path = join(folder, debSha256);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile() || !isPrivate(found) || found.size !== 65) return null;
      const text = await file.readFile('utf8');
      return /^[0-9a-f]{64}\n$/.test(text) ? text.trim() : null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

/** Private whatever the umask is; the folder of an earlier version becomes so. */
export async function notePayload(folder: string, debSha256: string, payloadSha256: string): Promise<void> {
  makeOwnFolder(folder, 0o700);
  await chmod(folder, 0o700);
  const temporary = join(folder, `.${debSha256}-${process.pid}`);
  await rm(temporary, { recursive: true, force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${payloadSha256}\n`);
  } finally {
    await file.close();
  }
  takePlace(temporary, join(folder, debSha256));
}

function isPrivate({ uid, mode }: { uid: number; mode: number }): boolean {
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}
