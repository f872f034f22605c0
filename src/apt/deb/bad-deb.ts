import { GpuSetupError } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import type { BadArchive } from '../../formats/archive/bad-archive.ts';

/**
 * A package file that cannot be read as one. `file` is its path, `why` a clause: "the archive ends inside a header"; what
 * it quotes of the file is escaped here. Which package it is, and whether fetching it anew could help, its caller knows.
 */
export function badDeb(file: string, why: string, cause?: unknown): GpuSetupError {
  return new GpuSetupError('bad-deb', `${file} is not a usable .deb package: ${escapeLine(why)}`, {
    cause,
    details: { file, why: escapeLine(why) },
  });
}

/** The same for what reads parts of the file and does not know what it is. */
export const badDebAt =
  (file: string): BadArchive =>
  (why, cause) =>
    badDeb(file, why, cause);
