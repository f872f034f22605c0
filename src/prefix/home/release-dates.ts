/**
 * What a home remembers of the sources it was made from: per source and suite the newest date of a signed Release.
 *
 *     <home>/state/release-dates/<source id and suite>      2026-07-11T10:16:37.000Z
 *
 * Whoever stands between could pass an old Release off as today's, with all that was mended since: its signature is good.
 * NVIDIA's servers give old and new side by side for some days, so that much is only said.
 */
import { constants, lstat, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageIndex } from '../../apt/types.ts';
import { GpuSetupError, systemCode } from '../../base/errors.ts';
import { isOfRoot } from '../../base/files/folder-safety.ts';
import { makeOwnFolder } from '../../base/files/own-path.ts';
import { replaceFile } from '../../base/files/replace-file.ts';
import { timeText } from '../../base/time-text.ts';
import { stateFolder } from './home-folder.ts';
import type { PlannedSource } from '../plan/install-plan.ts';

/** Only said, not refused. */
const LAG_MS = 7 * 86_400_000;

export type SeenDate = Pick<PlannedSource, 'id' | 'suite' | 'date'>;

/** What an index says of itself, as it is remembered. */
export function dateOfIndex({ source, release }: Pick<PackageIndex, 'source' | 'release'>): SeenDate {
  return { id: source.id, suite: release.suite, date: release.date };
}

/**
 * Holds what was opened against what was seen before.
 *
 * @param allowOlder whether any older one is only said (--allow-older)
 * @returns warnings
 * @throws GpuSetupError `release-older-than-seen`
 */
export async function judgeDates(
  home: string,
  found: readonly SeenDate[],
  allowOlder: boolean,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const { id, suite, date } of found) {
    const seen = await seenDate(home, id, suite);
    if (seen === null || date === null) continue;
    const older = Date.parse(seen) - Date.parse(date);
    if (older <= 0) continue;
    const text = `the index of ${id} is of ${timeText(date)}, and one of ${timeText(seen)} was seen here before`;
    if (older > LAG_MS && !allowOlder) {
      throw new GpuSetupError('release-older-than-seen', text, {
        hint: [
          'try again later or from another mirror: this one lags behind, or somebody passes an old index off as new',
          'if it is meant (a mirror that was set back): --allow-older',
        ],
        retryable: true,
        details: { sourceId: id, suite, date, seen },
      });
    }
    warnings.push(`${text}: what was published since is missing from it`);
  }
  return warnings;
}

/** Keeps what is newer than what was seen. @param home whose state folder was judged */
export async function rememberDates(home: string, found: readonly SeenDate[]): Promise<void> {
  for (const { id, suite, date } of found) {
    if (date === null) continue;
    const seen = await seenDate(home, id, suite);
    if (seen !== null && Date.parse(seen) >= Date.parse(date)) continue;
    makeOwnFolder(folderIn(home), 0o700);
    await replaceFile(fileOf(home, id, suite), `${date}\n`, 0o600);
  }
}

/** The same for what installs nothing: a home is not made for it, and root's is left as it is. */
export async function rememberIfHome(home: string, found: readonly SeenDate[]): Promise<void> {
  const there = await lstat(join(home, 'state')).catch(() => null);
  if (there?.isDirectory() !== true || (await isOfRoot(home))) return;
  await stateFolder(home);
  await rememberDates(home, found);
}

/** Null where none was seen, and where the file is damaged: then nothing is known, as in a new home. */
async function seenDate(home: string, id: string, suite: string): Promise<string | null> {
  const path = fileOf(home, id, suite);
  try {
    if (!(await lstat(path)).isFile()) return null;
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const text = (await readFile(file, 'utf8')).trim();
      return text.length <= 40 && !Number.isNaN(Date.parse(text)) ? text : null;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemCode(error) !== undefined) return null;
    throw error;
  }
}

const folderIn = (home: string): string => join(home, 'state', 'release-dates');

function fileOf(home: string, id: string, suite: string): string {
  return join(folderIn(home), encodeURIComponent(`${id} ${suite}`));
}
