/** Whether an installation fits, per file system, before it begins; and what is said where it did not. */
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GpuSetupError, systemCode } from '../errors.ts';
import type { Emit } from '../events.ts';
import { timeText } from '../time-text.ts';
import { askQuotas, type Quotas } from './ask-quota.ts';
import { firmLimit, type Quota, type QuotaLimit } from './disk-quota.ts';
import { nearestThatExists } from './folder-safety.ts';

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

export interface SpaceOptions {
  /** What the user may have of each file system; free space alone counts where nobody asked. */
  quotas?: Quotas;
  now?: Date;
  /** How less would be needed; a line of the hint. */
  less?: string;
}

/**
 * Needs of folders on one file system add up. Below what is certainly needed: an error; below the upper bound: a
 * warning, since an upper bound that is mostly static libraries nobody asked for must not refuse an installation. What
 * there is room for is what is free, or what is left of the user's quota where that is less.
 *
 * @returns warnings
 * @throws GpuSetupError `disk-full`
 */
export function judgeSpace(
  needs: readonly { need: SpaceNeed; on: FileSystem }[],
  { quotas = new Map(), now = new Date(), less }: SpaceOptions = {},
): string[] {
  const warnings: string[] = [];
  const hint = less === undefined ? [HINT] : [HINT, less];
  for (const device of new Set(needs.map(({ on }) => on.device))) {
    const group = needs.filter(({ on }) => on.device === device);
    // Named is the folder that most of it is for.
    const { need, on } = [...group].sort((a, b) => b.need.bytesAtMost - a.need.bytesAtMost)[0]!;
    const sum = (pick: (need: SpaceNeed) => number): number =>
      group.reduce((all, each) => all + pick(each.need), 0);
    const bytes = sum((each) => each.bytes);
    const atMost = sum((each) => each.bytesAtMost);
    const files = sum((each) => each.files);
    const quota = quotas.get(device);
    const allowed = quota === undefined ? null : firmLimit(quota.bytes, now);
    const { folder } = need;
    if (quota !== undefined) {
      refuseBeyondQuota(quota, { folder, bytes, files }, on, now, less);
      warnings.push(...graceWarnings(quota, { folder, bytes, files }, now));
    }
    if (on.freeBytes < bytes) throw diskFull(folder, bytes, on.freeBytes, { hint });
    if (on.freeFiles !== null && on.freeFiles < files)
      throw outOfFiles(folder, files, on.freeFiles, { hint });
    if (allowed !== null && allowed.left <= on.freeBytes && allowed.left < atMost) {
      warnings.push(
        `your quota for ${folder} may become too small: up to ${megabytes(atMost)} are needed, ${megabytes(allowed.left)} are left of ${megabytes(allowed.limit)}`,
      );
    } else if (on.freeBytes < atMost) {
      warnings.push(
        `${folder} may become too small: up to ${megabytes(atMost)} are needed, ${megabytes(on.freeBytes)} are free`,
      );
    }
  }
  return warnings;
}

interface CertainNeed {
  folder: string;
  bytes: number;
  files: number;
}

/** Where less is left of the quota than is free; else it is the disk that is too small. */
function refuseBeyondQuota(
  quota: Quota,
  { folder, bytes, files }: CertainNeed,
  on: FileSystem,
  now: Date,
  less: string | undefined,
): void {
  const hint = less === undefined ? QUOTA_HINT : [...QUOTA_HINT, less];
  const space = firmLimit(quota.bytes, now);
  if (space !== null && space.left < bytes && space.left <= on.freeBytes)
    throw new GpuSetupError(
      'disk-full',
      `your quota for ${folder} is too small: ${megabytes(space.limit)} allowed, ${megabytes(quota.bytes.used)} used, ${megabytes(bytes)} needed`,
      {
        hint,
        details: {
          folder,
          quota: true,
          limitBytes: space.limit,
          usedBytes: quota.bytes.used,
          neededBytes: bytes,
        },
      },
    );
  const inodes = firmLimit(quota.files, now);
  if (inodes !== null && inodes.left < files && inodes.left <= (on.freeFiles ?? Infinity))
    throw new GpuSetupError(
      'disk-full',
      `your quota of files for ${folder} is too small: ${inodes.limit} allowed, ${quota.files.used} used, at least ${files} needed`,
      {
        hint,
        details: {
          folder,
          quota: true,
          limitFiles: inodes.limit,
          usedFiles: quota.files.used,
          neededFiles: files,
        },
      },
    );
}

/** A soft limit may be exceeded for a while, and then not at all. */
function graceWarnings(quota: Quota, { folder, bytes, files }: CertainNeed, now: Date): string[] {
  const warning = (
    { used, soft, graceEndsAt }: QuotaLimit,
    needed: number,
    what: string,
    amount: (number: number) => string,
  ): string[] => {
    if (
      soft === null ||
      needed === 0 ||
      used + needed <= soft ||
      (graceEndsAt !== null && graceEndsAt <= now)
    )
      return [];
    const figures = `${amount(soft)} allowed, ${amount(used)} used, ${amount(needed)} needed`;
    if (used <= soft)
      return [
        `this exceeds your ${what} for ${folder} (${figures}): that is allowed for a time of grace, and not after it`,
      ];
    const until = graceEndsAt === null ? 'while its grace lasts' : `until ${timeText(graceEndsAt)}`;
    return [`your ${what} for ${folder} is exceeded (${figures}): more is allowed ${until}`];
  };
  return [
    ...warning(quota.bytes, bytes, 'quota', megabytes),
    ...warning(quota.files, files, 'quota of files', String),
  ];
}

/**
 * The same with free space and quotas asked now.
 *
 * @throws GpuSetupError `disk-full`, and the system's error where free space cannot be asked
 */
export async function requireSpace(need: SpaceNeed, emit: Emit): Promise<void> {
  const [on, quotas] = await Promise.all([fileSystemOf(need.folder), askQuotas([need.folder], emit)]);
  for (const text of judgeSpace([{ need, on }], { quotas })) emit({ type: 'notice', level: 'warning', text });
}

const HINT =
  'free some space (`gpu-setup prune` removes what no prefix uses), or set GPU_SETUP_HOME and GPU_SETUP_CACHE to folders on another disk';
const QUOTA_HINT = [
  '`quota -s` shows it; `gpu-setup prune` removes what no prefix uses, and whoever administers this machine can raise it',
  'or set GPU_SETUP_HOME and GPU_SETUP_CACHE to folders on another disk',
];

interface FullOptions {
  cause?: unknown;
  hint?: readonly string[];
}

export function diskFull(
  folder: string,
  needed: number | null,
  free: number | null,
  { cause, hint = [HINT] }: FullOptions = {},
): GpuSetupError {
  const figures = [
    ...(needed === null ? [] : [`${megabytes(needed)} needed`]),
    ...(free === null ? [] : [`${megabytes(free)} free`]),
  ];
  return new GpuSetupError(
    'disk-full',
    `the disk is too small for ${folder}${figures.length > 0 ? `: ${figures.join(', ')}` : ''}`,
    { hint, cause, details: { folder, neededBytes: needed, freeBytes: free } },
  );
}

/** Bytes may be free all the same: a file system has a number of files that it can hold (`df -i` shows it). */
function outOfFiles(
  folder: string,
  needed: number | null,
  free: number,
  { cause, hint = [HINT] }: FullOptions,
): GpuSetupError {
  const wanted = needed === null ? '' : `, and at least ${needed} are needed`;
  return new GpuSetupError(
    'disk-full',
    `the file system of ${folder} has room for ${free} more files${wanted}`,
    { hint, cause, details: { folder, neededFiles: needed, freeFiles: free } },
  );
}

/** The disk has room, and this user may not have more of it. */
function overQuota(folder: string, cause: unknown): GpuSetupError {
  return new GpuSetupError('disk-full', `your quota of the disk that ${folder} lies on is used up`, {
    hint: QUOTA_HINT,
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
    if (fs?.freeFiles === 0) return outOfFiles(full, null, 0, { cause: error });
    return diskFull(full, needed, fs?.freeBytes ?? null, { cause: error });
  }
  return error;
}

export async function fileSystemOf(folder: string): Promise<FileSystem> {
  const at = await nearestThatExists(folder);
  const [{ dev }, fs] = await Promise.all([stat(at), statfs(at)]);
  return { device: dev, freeBytes: fs.bavail * fs.bsize, freeFiles: fs.files === 0 ? null : fs.ffree };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
