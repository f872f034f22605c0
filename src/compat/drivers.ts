/** Which driver serves which CUDA and which GPU. Data: data/driver-branches.json and data/cuda-drivers.json. */
import { lazily } from '../base/lazily.ts';
import branchTable from './data/driver-branches.json' with { type: 'json' };
import cudaTable from './data/cuda-drivers.json' with { type: 'json' };
import { compareDottedVersions, majorMinor, majorOf } from './dotted-version.ts';
import { withSource, type Sourced } from './sourced.ts';

export interface DriverBranch extends Sourced {
  /** "535" */
  branch: string;
  /** Newest CUDA that its libcuda speaks; null where no source says. */
  maxCuda: string | null;
  kind: string;
  /** "2026-06-01", "2026-06" or "2019", the last day that is served; null: none known. */
  endOfLife: string | null;
  /** The newest release that was seen: "535.309.01". */
  lastRelease: string | null;
  /** Fields that are remembered, not read: hints. */
  recalled: readonly string[];
}

/**
 * - `native`: the driver is at least as new as the toolkit's own
 * - `minor-compat`: an older driver of the same CUDA major, NVIDIA's "minor version compatibility" (from CUDA 11): what
 *   the toolkit built runs, except that PTX must be compiled ahead and new features of the release are missing
 * - `too-old`: cudaErrorInsufficientDriver (35)
 * - `unknown`: the table knows neither
 */
export type Service = 'native' | 'minor-compat' | 'too-old' | 'unknown';

const branches = lazily((): readonly DriverBranch[] =>
  branchTable.branches.map((row) => withSource(branchTable.sources, row)),
);

/** The driver from which on a toolkit works with everything it has: "410.48" for "10.0" or "10.0.130". */
export function minDriverForCuda(version: string): string | null {
  return driverRowOfCuda(version)?.minDriver ?? null;
}

/** The driver from which on minor version compatibility carries programs of this toolkit; null before CUDA 11. */
export function minorCompatDriverForCuda(version: string): string | null {
  const known = driverRowOfCuda(version)?.minorCompatFrom;
  if (known !== undefined) return known;
  // A release newer than the table: the floor is one per major.
  const major = majorOf(version);
  return cudaTable.toolkits.find(({ cuda }) => majorOf(cuda) === major)?.minorCompatFrom ?? null;
}

/** Newest CUDA that this driver serves natively: "12.2" for "535.183.06"; null for drivers older than the table. */
export function maxCudaForDriver(version: string): string | null {
  const older = branches().filter(
    ({ branch, maxCuda }) => maxCuda !== null && compareDottedVersions(branch, version) <= 0,
  );
  // Windows drivers (WSL) count in between, 531.18 being of branch 530: the nearest lower branch serves.
  return older.at(-1)?.maxCuda ?? null;
}

/** @param cuda a release; a major number alone means its first release, the one that asks least of the driver */
export function driverServesCuda(driver: string, cuda: string): Service {
  const wanted = majorMinor(/^\d+$/.test(cuda) ? `${cuda}.0` : cuda);
  const served = maxCudaForDriver(driver);
  if (wanted === null || served === null) return 'unknown';
  const min = minDriverForCuda(wanted);
  if (min !== null && compareDottedVersions(driver, min) >= 0) return 'native';
  const floor = minorCompatDriverForCuda(wanted);
  if (floor !== null && compareDottedVersions(driver, floor) >= 0) return 'minor-compat';
  if (min !== null) return 'too-old';
  return compareDottedVersions(served, wanted) >= 0 ? 'native' : isNewest(driver) ? 'unknown' : 'too-old';
}

/**
 * Branches that serve a GPU, oldest first; the last one is the newest that does.
 * @param gpu limits are inclusive; null: no lower limit known, or still served
 */
export function driverBranchesForGpu(gpu: {
  firstDriverBranch: string | null;
  lastDriverBranch: string | null;
}): readonly DriverBranch[] {
  const { firstDriverBranch: first, lastDriverBranch: last } = gpu;
  return branches().filter(
    ({ branch }) =>
      (first === null || compareDottedVersions(branch, first) >= 0) &&
      (last === null || compareDottedVersions(branch, last) <= 0),
  );
}

/**
 * The branch of a driver: of "535.183.01", "535". Numbers between two branches (Windows drivers under WSL) belong to the lower
 * one. Null for a driver that is older than the table, or of a branch newer than it.
 */
export function branchOf(driver: string): DriverBranch | null {
  const major = majorOf(driver);
  if (major === null || major > Number(branches().at(-1)!.branch)) return null;
  return branches().findLast(({ branch }) => Number(branch) <= major) ?? null;
}

type CudaDriverRow = { cuda: string; minDriver: string; minorCompatFrom: string | null } & Sourced;

const toolkits = lazily(
  (): ReadonlyMap<string, CudaDriverRow> =>
    new Map(cudaTable.toolkits.map((row) => [row.cuda, withSource(cudaTable.sources, row)])),
);

/** The row of a toolkit, for who names its source: "11.8" or "11.8.0". */
export function driverRowOfCuda(version: string): CudaDriverRow | null {
  return toolkits().get(majorMinor(version) ?? '') ?? null;
}

function isNewest(driver: string): boolean {
  return compareDottedVersions(driver, branches().at(-1)!.branch) >= 0;
}
