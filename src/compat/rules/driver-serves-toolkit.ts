/**
 * A newer driver serves an older CUDA. From CUDA 11 on an older driver of the same major carries programs too (minor version
 * compatibility), but compiles none of their PTX and lacks what the release added.
 */
import { compareDottedVersions, majorMinor, majorOf } from '../dotted-version.ts';
import { driverRowOfCuda, driverServesCuda } from '../drivers.ts';
import type { Judgement, KnownFact } from './judgement.ts';
import { judged, known, refused } from './judged.ts';

/** @param cuda a release; a major number alone means its first release, the one that asks least of the driver */
export function driverServesToolkit(driver: string, cuda: string): Judgement {
  const release = majorMinor(/^\d+$/.test(cuda) ? `${cuda}.0` : cuda) ?? cuda;
  const row = driverRowOfCuda(release);
  const facts = row === null ? [] : [asks(row)];
  switch (row === null ? driverServesCuda(driver, release) : serviceByRow(driver, row)) {
    case 'native':
      return judged(
        'newer-driver-serves-older-cuda',
        'yes',
        `driver ${driver} serves CUDA ${release}`,
        ...facts,
      );
    case 'minor-compat':
      return judged(
        'minor-version-compatibility',
        'remark',
        `driver ${driver} carries programs of CUDA ${release} by minor version compatibility${
          row === null ? '' : ` (its own driver is ${row.minDriver})`
        }: it compiles none of their PTX and lacks what the release added`,
        ...facts,
      );
    case 'too-old':
      return refused(
        'driver-too-old-for-cuda',
        `CUDA ${release} asks for ${leastOf(row)}, not ${driver}`,
        ...facts,
      );
    case 'unknown':
      return judged(
        'newer-driver-serves-older-cuda',
        'unknown',
        `whether driver ${driver} serves CUDA ${release} is in no table`,
        ...facts,
      );
  }
}

/** The driver from which on programs of a toolkit run: its own, or where minor version compatibility begins. */
export function leastDriverFor(cuda: string): string | null {
  const row = driverRowOfCuda(cuda);
  if (row === null) return null;
  return row.minorCompatFrom !== null && compareDottedVersions(row.minorCompatFrom, row.minDriver) < 0
    ? row.minorCompatFrom
    : row.minDriver;
}

type Row = NonNullable<ReturnType<typeof driverRowOfCuda>>;

/** The table of branches begins later than some drivers that are plainly too old. */
function serviceByRow(driver: string, row: Row): ReturnType<typeof driverServesCuda> {
  if (majorOf(driver) === null) return 'unknown';
  if (compareDottedVersions(driver, row.minDriver) >= 0) return 'native';
  const floor = row.minorCompatFrom;
  return floor !== null && compareDottedVersions(driver, floor) >= 0 ? 'minor-compat' : 'too-old';
}

function asks(row: Row): KnownFact {
  return known(row, `CUDA ${row.cuda} asks for ${leastOf(row)}`);
}

function leastOf(row: Row | null): string {
  if (row === null) return 'a newer driver';
  const least = leastDriverFor(row.cuda)!;
  const whole = least === row.minDriver ? '' : ` (${row.minDriver} or newer for all of it)`;
  return `driver ${least} or newer${whole}`;
}
