/** Whether an installation fits, per file system, before it begins; and where it did not, which file system was full. */
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bytesText } from '../bytes-text.ts';
import { GpuSetupError, systemCode } from '../errors.ts';
import type { Emit } from '../events.ts';
import { askQuotas, type Quotas } from './ask-quota.ts';
import { DISK_HINT, diskFull, outOfFiles, overQuota } from './disk-full.ts';
import { firmLimit } from './disk-quota.ts';
import { nearestThatExists } from './folder-safety.ts';
import { graceWarnings, refuseBeyondQuota, type FreeSpace } from './quota-space.ts';

export interface SpaceNeed {
  folder: string;
  /** Certainly needed. */
  bytes: number;
  /** Needed if everything in the packages were wanted. */
  bytesAtMost: number;
  files: number;
}

export interface FileSystem extends FreeSpace {
  /** Of the folder or the nearest parent that exists. */
  device: number;
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
  const hint = less === undefined ? [DISK_HINT] : [DISK_HINT, less];
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
        `your quota for ${folder} may become too small: up to ${bytesText(atMost)} are needed, ${bytesText(allowed.left)} are left of ${bytesText(allowed.limit)}`,
      );
    } else if (on.freeBytes < atMost) {
      warnings.push(
        `${folder} may become too small: up to ${bytesText(atMost)} are needed, ${bytesText(on.freeBytes)} are free`,
      );
    }
  }
  return warnings;
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

/**
 * Turns the system's "no space left" into one that says where and how much; anything else stays what it is. Of what lies
 * in the folder the folder is named: where something was staged in it tells nobody which disk is meant.
 *
 * @param atMost bytes that the folder may have needed
 */
export async function explainFull(error: unknown, folder: string, atMost: number): Promise<unknown> {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof GpuSetupError && at.code === 'disk-full') return diskFullIn(folder, at) ?? error;
    if (!['ENOSPC', 'EDQUOT'].includes(systemCode(at) ?? '')) continue;
    const path = (at as NodeJS.ErrnoException).path ?? folder;
    const full = path === folder || path.startsWith(`${folder}/`) ? folder : dirname(path);
    if (systemCode(at) === 'EDQUOT') return overQuota(full, error);
    const fs = await fileSystemOf(full).catch(() => null);
    if (fs?.freeFiles === 0) return outOfFiles(full, null, 0, { cause: error });
    return diskFull(full, atMost, fs?.freeBytes ?? null, { cause: error, isAtMost: true });
  }
  return error;
}

/** What was found of a folder in another one, said of that; null where it is said of neither. */
function diskFullIn(folder: string, { details, hints }: GpuSetupError): GpuSetupError | null {
  const { folder: inner, neededBytes, freeBytes } = details ?? {};
  if (typeof inner !== 'string' || typeof neededBytes !== 'number' || !inner.startsWith(`${folder}/`))
    return null;
  return diskFull(folder, neededBytes, typeof freeBytes === 'number' ? freeBytes : null, { hint: hints });
}

export async function fileSystemOf(folder: string): Promise<FileSystem> {
  const at = await nearestThatExists(folder);
  const [{ dev }, fs] = await Promise.all([stat(at), statfs(at)]);
  return { device: dev, freeBytes: fs.bavail * fs.bsize, freeFiles: fs.files === 0 ? null : fs.ffree };
}
