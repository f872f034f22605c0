/** A folder of the user's as source: copied, so that a build never changes what it was given. */
import { copyFile, chmod, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { staysInside } from './links.ts';

/** Source code is small; weights, data sets and videos that lie beside it are no part of a build. */
export const LARGEST_FILE = 32 << 20;
export const MOST_BYTES = 2 * 2 ** 30;
export const MOST_FILES = 200_000;

export interface Copied {
  files: number;
  bytes: number;
  /** "weights/yolov4.weights: larger than 32 MiB" */
  leftOut: readonly string[];
}

/**
 * @param to an empty folder
 * @throws GpuSetupError `source-unusable` (exit code 1): not readable, too large, no folder
 */
export async function copySource(from: string, to: string, signal?: AbortSignal): Promise<Copied> {
  const copied = { files: 0, bytes: 0, leftOut: [] as string[] };
  try {
    await copyFolder(from, to, '', copied, signal);
  } catch (error) {
    signal?.throwIfAborted();
    const code = systemCode(error);
    if (code === undefined || ['ENOSPC', 'EDQUOT'].includes(code)) throw error;
    throw new GpuSetupError('source-unusable', `${from} cannot be copied: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return copied;
}

interface Count {
  files: number;
  bytes: number;
  leftOut: string[];
}

async function copyFolder(
  from: string,
  to: string,
  below: string,
  count: Count,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const name of (await readdir(join(from, below))).sort()) {
    signal?.throwIfAborted();
    // History is no part of the source, and often larger than it.
    if (name === '.git') continue;
    const path = below === '' ? name : `${below}/${name}`;
    const [source, target] = [join(from, path), join(to, path)];
    const found = await lstat(source);
    if (found.isDirectory()) {
      await mkdir(target);
      await copyFolder(from, to, path, count, signal);
    } else if (found.isSymbolicLink()) {
      const leads = await readlink(source);
      if (staysInside(path, leads)) await symlink(leads, target);
      else count.leftOut.push(`${path}: a link that leads out of the source`);
    } else if (!found.isFile()) count.leftOut.push(`${path}: no ordinary file`);
    else if (found.size > LARGEST_FILE) count.leftOut.push(`${path}: larger than ${LARGEST_FILE >> 20} MiB`);
    else {
      if (++count.files > MOST_FILES) throw tooLarge(from, `more than ${MOST_FILES} files`);
      if ((count.bytes += found.size) > MOST_BYTES)
        throw tooLarge(from, `more than ${MOST_BYTES / 2 ** 30} GiB`);
      await copyFile(source, target);
      await chmod(target, (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
    }
  }
}

function tooLarge(folder: string, why: string): GpuSetupError {
  return new GpuSetupError('source-unusable', `${folder} holds ${why}: that is no source tree`, {
    hint: 'name the folder that holds the source alone, or an archive of it',
  });
}
