/**
 * How a file of the store becomes a file of a prefix: by reflink (shared blocks, separate files), else by hard link
 * (one file under two names), else as a copy. Which of them works depends on where store and prefix lie, and is tried
 * out once per pair.
 */
import { constants, linkSync } from 'node:fs';
import { chmod, copyFile, link, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';

export type Sharing = 'reflink' | 'hardlink' | 'copy';

/**
 * Never shared with the store, since a hard link shares every later change: what this program writes anew (profiles,
 * pkg-config files, scripts), and headers that people are told to edit when nvcc refuses their compiler.
 */
const ALWAYS_COPIED =
  /(?:^|\/)(?:nvcc\.profile|[^/]+\.pc|[^/]+\.sh|(?:crt\/)?host_config\.h|(?:crt\/)?math_functions\.h(?:pp)?)$/;

/** @param path below the prefix */
export function isAlwaysCopied(path: string): boolean {
  return ALWAYS_COPIED.test(path);
}

/** Tries with a file of its own in both folders, and removes it. */
export async function probeSharing(storeFolder: string, prefixFolder: string): Promise<Sharing> {
  const source = join(storeFolder, `.probe-${process.pid}`);
  const target = join(prefixFolder, `.probe-${process.pid}`);
  try {
    await writeFile(source, 'probe', { mode: 0o600 });
    if (await works(copyFile(source, target, constants.COPYFILE_FICLONE_FORCE))) return 'reflink';
    await rm(target, { force: true });
    return (await works(link(source, target))) ? 'hardlink' : 'copy';
  } finally {
    await rm(source, { force: true });
    await rm(target, { force: true });
  }
}

/** A refusal of the file system is an answer; a full disk is not. */
async function works(attempt: Promise<void>): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (error) {
    if (['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].includes(systemCode(error) ?? '')) throw error;
    return false;
  }
}

export interface SharedFile {
  /** In the store. */
  source: string;
  target: string;
  /** Seconds since 1970. */
  mtime: number;
  executable: boolean;
}

/** Places one file by a hard link. False where that is refused: there are too many links to one file already. */
export function linkNow({ source, target }: SharedFile): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EMLINK') return false;
    throw error;
  }
}

/** Places one file that no hard link was made for; tells how. */
export async function shareFile(file: SharedFile, sharing: Sharing): Promise<Sharing> {
  const done = sharing === 'reflink' ? 'reflink' : 'copy';
  await copyFile(
    file.source,
    file.target,
    done === 'reflink' ? constants.COPYFILE_FICLONE_FORCE : constants.COPYFILE_EXCL,
  );
  await chmod(file.target, file.executable ? 0o555 : 0o444);
  await utimes(file.target, file.mtime, file.mtime);
  return done;
}

/** A copy of its own, writable by its owner. */
export async function copyOwn(file: SharedFile): Promise<'copy'> {
  await copyFile(file.source, file.target, constants.COPYFILE_EXCL);
  await chmod(file.target, file.executable ? 0o755 : 0o644);
  await utimes(file.target, file.mtime, file.mtime);
  return 'copy';
}
