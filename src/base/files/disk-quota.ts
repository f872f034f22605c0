/**
 * What a user may have of a file system, out of the output of `quota` (linuxquota's quota.c, 4.01 to 4.09, and its man page) as
 * `quota -u -v -w -p --show-mntpoint --hide-device` prints it:
 *
 *     Disk quotas for user ann (uid 1000):
 *          Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
 *               /home  950000* 900000 1000000 1764900000   1200       0       0       0
 *
 * "quota" is the soft limit, "limit" the hard one, 0 stands for none; blocks are KiB, whatever the file system's are.
 */

export interface QuotaLimit {
  /** Bytes, or files. */
  used: number;
  /** May be exceeded until grace ends. Null where there is none. */
  soft: number | null;
  /** Null where there is none. */
  hard: number | null;
  /** When the soft limit becomes a hard one; null where it is not exceeded, and where nobody counts. */
  graceEndsAt: Date | null;
}

export interface Quota {
  bytes: QuotaLimit;
  files: QuotaLimit;
}

const KIB = 1024;
/** Used, soft, hard and grace of blocks, then of files. A star marks what is exceeded. */
const COLUMNS = [/^\d+\*?$/, /^\d+$/, /^\d+$/, /^\d+$/, /^\d+\*?$/, /^\d+$/, /^\d+$/, /^\d+$/];

/**
 * Read from the end of a line: a mount point may hold spaces and numbers. Words of the program count for nothing, so that no
 * language of it misleads; a mount point on a line of its own (as without -w) is understood.
 *
 * @param mountPoint as the program names it
 * @returns null where no line about the mount point has that form
 */
export function parseQuota(output: string, mountPoint: string): Quota | null {
  let before = '';
  for (const line of output.split('\n')) {
    const words = line.trim().split(/\s+/);
    const columns = words.slice(-COLUMNS.length);
    const isRow = columns.length === COLUMNS.length && COLUMNS.every((form, at) => form.test(columns[at]!));
    const named = words.length === COLUMNS.length ? before : words.slice(0, -COLUMNS.length).join(' ');
    if (isRow && named === normal(mountPoint))
      return quotaOf(columns.map((word) => Number.parseInt(word, 10)));
    before = normal(line);
  }
  return null;
}

const normal = (text: string): string => text.trim().split(/\s+/).join(' ');

function quotaOf(numbers: readonly number[]): Quota {
  const limit = (at: number, unit: number): QuotaLimit => {
    const [used, soft, hard, grace] = numbers.slice(at, at + 4) as [number, number, number, number];
    const end = new Date(grace * 1000);
    return {
      used: used * unit,
      soft: soft === 0 ? null : soft * unit,
      hard: hard === 0 ? null : hard * unit,
      graceEndsAt: grace === 0 || Number.isNaN(end.getTime()) ? null : end,
    };
  };
  return { bytes: limit(0, KIB), files: limit(4, 1) };
}

/**
 * The limit that nothing goes past. A soft limit is one when its grace is known to have ended; servers that count no grace leave it open.
 *
 * @returns null where there is none
 */
export function firmLimit(limit: QuotaLimit, now: Date): { limit: number; left: number } | null {
  const { used, soft, hard, graceEndsAt } = limit;
  const hasEnded = soft !== null && used > soft && graceEndsAt !== null && graceEndsAt <= now;
  const firm = hasEnded ? soft : hard;
  return firm === null ? null : { limit: firm, left: Math.max(0, firm - used) };
}
