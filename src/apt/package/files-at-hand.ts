/** Package files in folders of the user's, found by size and digest: what they are called does not matter. */
import { constants, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { isAsListed } from './verified-file.ts';
import type { PackageFile } from '../types.ts';

/** A mirror of all that NVIDIA has for one distribution has some thousands. */
const MOST_FILES = 100_000;

/**
 * Only files of a size that is wanted are read. They are read again when they are used, and checked then.
 *
 * @param folders and what lies in folders below them; links to folders are not followed
 * @returns path by SHA-256
 * @throws GpuSetupError `folder-unreadable`, and the signal's reason
 */
export async function filesAtHand(
  folders: readonly string[],
  wanted: readonly Pick<PackageFile, 'size' | 'sha256'>[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const bySize = new Map<number, Set<string>>();
  for (const { size, sha256 } of wanted) bySize.set(size, (bySize.get(size) ?? new Set()).add(sha256));
  const found = new Map<string, string>();
  for (const folder of folders) {
    for await (const { path, size } of filesBelow(folder)) {
      signal?.throwIfAborted();
      const digests = [...(bySize.get(size) ?? [])].filter((sha256) => !found.has(sha256));
      const sha256 = digests.length === 0 ? null : await digestOf(path, size, digests, signal);
      if (sha256 !== null) found.set(sha256, path);
    }
  }
  return found;
}

async function* filesBelow(top: string): AsyncGenerator<{ path: string; size: number }> {
  let count = 0;
  const waiting = [top];
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      throw unreadable(folder!, messageOf(error), error);
    });
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (++count > MOST_FILES) throw unreadable(top, `it holds more than ${MOST_FILES} files`);
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile() || entry.isSymbolicLink()) {
        const there = await stat(path).catch(() => null);
        if (there?.isFile() === true) yield { path, size: there.size };
      }
    }
  }
}

/** Which of the digests the file has; null where none, and where it cannot be read. */
async function digestOf(
  path: string,
  size: number,
  digests: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string | null> {
  // A pipe that took the place of a file must not be waited for.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return null;
  try {
    for (const sha256 of digests) if (await isAsListed(handle, { size, sha256 }, signal)) return sha256;
    return null;
  } finally {
    await handle.close();
  }
}

function unreadable(folder: string, why: string, cause?: unknown): GpuSetupError {
  return new GpuSetupError('folder-unreadable', `cannot look for packages in ${folder}: ${why}`, {
    hint: 'name a folder that holds the .deb files, or leave --from out',
    cause,
    details: { folder },
  });
}
