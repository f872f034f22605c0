/** What is said where a disk, or the user's share of it, is too small: before anything is written, or after the system refused. */
import { bytesText } from '../bytes-text.ts';
import { GpuSetupError } from '../errors.ts';

export const DISK_HINT =
  'free some space (`gpu-setup prune` removes what no prefix uses), or set GPU_SETUP_HOME and GPU_SETUP_CACHE to folders on another disk';
export const QUOTA_HINT = [
  '`quota -s` shows it; `gpu-setup prune` removes what no prefix uses, and whoever administers this machine can raise it',
  'or set GPU_SETUP_HOME and GPU_SETUP_CACHE to folders on another disk',
];

interface FullOptions {
  cause?: unknown;
  /** Whether less than what is said to be needed may do. */
  isAtMost?: boolean;
  hint?: readonly string[];
}

export function diskFull(
  folder: string,
  needed: number | null,
  free: number | null,
  { cause, isAtMost = false, hint = [DISK_HINT] }: FullOptions = {},
): GpuSetupError {
  const figures = [
    ...(needed === null ? [] : [`${isAtMost ? 'up to' : 'at least'} ${bytesText(needed)} needed`]),
    ...(free === null ? [] : [`${bytesText(free)} free`]),
  ];
  return new GpuSetupError(
    'disk-full',
    `the disk is too small for ${folder}${figures.length > 0 ? `: ${figures.join(', ')}` : ''}`,
    { hint, cause, details: { folder, neededBytes: needed, freeBytes: free } },
  );
}

/** Bytes may be free all the same: a file system has a number of files that it can hold (`df -i` shows it). */
export function outOfFiles(
  folder: string,
  needed: number | null,
  free: number,
  { cause, hint = [DISK_HINT] }: FullOptions,
): GpuSetupError {
  const wanted = needed === null ? '' : `, and at least ${needed} are needed`;
  return new GpuSetupError(
    'disk-full',
    `the file system of ${folder} has room for ${free} more files${wanted}`,
    { hint, cause, details: { folder, neededFiles: needed, freeFiles: free } },
  );
}

/** The disk has room, and this user may not have more of it. */
export function overQuota(folder: string, cause: unknown): GpuSetupError {
  return new GpuSetupError('disk-full', `your quota of the disk that ${folder} lies on is used up`, {
    hint: QUOTA_HINT,
    cause,
    details: { folder, quota: true },
  });
}
