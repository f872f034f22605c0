/** Whether an installation fits, per file system, before it begins; and what is said where it did not. */
import { lstat, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GpuSetupError, systemCode } from '../errors.ts';

export interface SpaceNeed {
  folder: string;
  /** Certainly needed. */
  bytes: number;
  /** Needed if everything in the packages were wanted. */
  bytesAtMost: number;
  files: number;
}

export interface FileSystem {
  /** Of the folder or the nearest parent that exists. */
  device: number;
  freeBytes: number;
  /** Null where the file system makes them as needed (btrfs). */
  freeFiles: number | null;
}

/**
 * Needs of folders on one file system add up. Below what is certainly needed: an error; below the upper bound: a
 * warning, since an upper bound that is mostly static libraries nobody asked for must not refuse an installation.
 *
 * @returns warnings
 * @throws GpuSetupError `disk-full`
 */
export function judgeSpace(needs: readonly { need: SpaceNeed; on: FileSystem }[]): string[] {
  const warnings: string[] = [];
  for (const device of new Set(needs.map(({ on }) => on.device))) {
    const group = needs.filter(({ on }) => on.device === device);
    // Named is the folder that most of it is for.
    const { need, on } = [...group].sort((a, b) => b.need.bytesAtMost - a.need.bytesAtMost)[0]!;
    const sum = (pick: (need: SpaceNeed) => number): number =>
      group.reduce((all, each) => all + pick(each.need), 0);
    const bytes = sum((each) => each.bytes);
    const atMost = sum((each) => each.bytesAtMost);
    const files = sum((each) => each.files);
    if (on.freeBytes < bytes) throw diskFull(need.folder, bytes, on.freeBytes);
    if (on.freeFiles !== null && on.freeFiles < files) {
      throw outOfFiles(need.folder, files, on.freeFiles);
    }
    if (on.freeBytes < atMost) {
      warnings.push(
        `${need.folder} may become too small: up to ${megabytes(atMost)} are needed, ${megabytes(on.freeBytes)} are free`,
      );
    }
  }
  return warnings;
}

const HINT =
  'free some space (`gpu-setup prune` removes what no prefix uses), or set GPU_SETUP_HOME and GPU_SETUP_CACHE to folders on another disk';

export function diskFull(
  folder: string,
  needed: number | null,
  free: number | null,
  cause?: unknown,
): GpuSetupError {
  const figures = [
    ...(needed === null ? [] : [`${megabytes(needed)} needed`]),
    ...(free === null ? [] : [`${megabytes(free)} free`]),
  ];
  return new GpuSetupError(
    'disk-full',
    `the disk is too small for ${folder}${figures.length > 0 ? `: ${figures.join(', ')}` : ''}`,
    { hint: HINT, cause, details: { folder, neededBytes: needed, freeBytes: free } },
  );
}

/** Bytes may be free all the same: a file system has a number of files that it can hold (`df -i` shows it). */
function outOfFiles(folder: string, needed: number | null, free: number, cause?: unknown): GpuSetupError {
  const wanted = needed === null ? '' : `, and at least ${needed} are needed`;
  return new GpuSetupError(
    'disk-full',
    `the file system of ${folder} has room for ${free} more files${wanted}`,
    { hint: HINT, cause, details: { folder, neededFiles: needed, freeFiles: free } },
  );
}

/** The disk has room, and this user may not have more of it. */
function overQuota(folder: string, cause: unknown): GpuSetupError {
  return new GpuSetupError('disk-full', `your quota of the disk that ${folder} lies on is used up`, {
    hint: [
      '`quota -s` shows it; `gpu-setup prune` removes what no prefix uses',
      'or set GPU_SETUP_HOME and GPU_SETUP_CACHE to folders on another disk',
    ],
    cause,
    details: { folder, quota: true },
  });
}

/** Turns the system's "no space left" into one that says where and how much; anything else stays what it is. */
export async function explainFull(error: unknown, folder: string, needed: number): Promise<unknown> {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof GpuSetupError && at.code === 'disk-full') return error;
    if (!['ENOSPC', 'EDQUOT'].includes(systemCode(at) ?? '')) continue;
    const path = (at as NodeJS.ErrnoException).path ?? folder;
    const full = path.startsWith(folder) ? folder : dirname(path);
    if (systemCode(at) === 'EDQUOT') return overQuota(full, error);
    const fs = await fileSystemOf(full).catch(() => null);
    if (fs?.freeFiles === 0) return outOfFiles(full, null, 0, error);
    return diskFull(full, needed, fs?.freeBytes ?? null, error);
  }
  return error;
}

export async function fileSystemOf(folder: string): Promise<FileSystem> {
  let at = folder;
  while (
    at !== dirname(at) &&
    !(await lstat(at).then(
      () => true,
      () => false,
    ))
  )
    at = dirname(at);
  const [{ dev }, fs] = await Promise.all([stat(at), statfs(at)]);
  return { device: dev, freeBytes: fs.bavail * fs.bsize, freeFiles: fs.files === 0 ? null : fs.ffree };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
