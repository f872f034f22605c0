/** Whether what is to be written fits into what a user may have of a file system. */
import { bytesText } from '../bytes-text.ts';
import { GpuSetupError } from '../errors.ts';
import { timeText } from '../time-text.ts';
import { QUOTA_HINT } from './disk-full.ts';
import { firmLimit, type Quota, type QuotaLimit } from './disk-quota.ts';

export interface CertainNeed {
  folder: string;
  bytes: number;
  files: number;
}

/** What is free, whoever asks. */
export interface FreeSpace {
  freeBytes: number;
  /** Null where the file system makes them as needed. */
  freeFiles: number | null;
}

/**
 * Where less is left of the quota than is free; else it is the disk that is too small.
 *
 * @throws GpuSetupError `disk-full`
 */
export function refuseBeyondQuota(
  quota: Quota,
  { folder, bytes, files }: CertainNeed,
  on: FreeSpace,
  now: Date,
  less: string | undefined,
): void {
  const hint = less === undefined ? QUOTA_HINT : [...QUOTA_HINT, less];
  const space = firmLimit(quota.bytes, now);
  if (space !== null && space.left < bytes && space.left <= on.freeBytes)
    throw new GpuSetupError(
      'disk-full',
      `your quota for ${folder} is too small: ${bytesText(space.limit)} allowed, ${bytesText(quota.bytes.used)} used, at least ${bytesText(bytes)} needed`,
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
export function graceWarnings(quota: Quota, { folder, bytes, files }: CertainNeed, now: Date): string[] {
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
    ...warning(quota.bytes, bytes, 'quota', bytesText),
    ...warning(quota.files, files, 'quota of files', String),
  ];
}
