/** Drivers know GPUs from some branch on, and drop them after another. */
import { compareDottedVersions, majorOf } from '../dotted-version.ts';
import { branchOf, driverBranchesForGpu, type DriverBranch } from '../drivers.ts';
import { CUDA_RELEASES } from '../cuda-releases.ts';
import { architecturesOfToolkit, toolkitsForCapability } from '../gpu-architectures.ts';
import type { GpuTraitsKnown, Judgement, KnownFact } from './judgement.ts';
import { judged, known, knownField, refused } from './judged.ts';

export function gpuTakesDriver(gpu: GpuTraitsKnown, driver: string): Judgement {
  const major = majorOf(driver);
  if (major === null) return judged('gpu-takes-driver', 'unknown', `"${driver}" is no version of a driver`);
  return (
    droppedBy(gpu, driver, major) ??
    unknownTo(gpu, driver) ??
    beforeFirst(gpu, driver, major) ??
    judged('gpu-takes-driver', 'yes', `driver ${driver} drives ${gpu.name}`, ...limits(gpu))
  );
}

/** The oldest branch that can drive a GPU, as far as was seen, not recalled; null: not known. */
export function leastBranchFor(gpu: GpuTraitsKnown): DriverBranch | null {
  const first = firstToolkit(gpu);
  if (first === null) return null;
  return (
    driverBranchesForGpu({ firstDriverBranch: null, lastDriverBranch: gpu.lastDriverBranch }).find(
      ({ maxCuda }) => maxCuda !== null && compareDottedVersions(maxCuda, first) >= 0,
    ) ?? null
  );
}

function droppedBy(gpu: GpuTraitsKnown, driver: string, major: number): Judgement | null {
  const last = gpu.lastDriverBranch;
  if (last === null || major <= Number(last)) return null;
  return refused(
    'driver-dropped-gpu',
    `driver ${driver} no longer drives ${gpu.name}: branch ${last} is its last`,
    ...limits(gpu),
  );
}

/** A driver that speaks an older CUDA than the first toolkit with code for an architecture does not know that architecture. */
function unknownTo(gpu: GpuTraitsKnown, driver: string): Judgement | null {
  const branch = branchOf(driver);
  const first = firstToolkit(gpu);
  if (branch === null || branch.maxCuda === null || first === null) return null;
  if (compareDottedVersions(branch.maxCuda, first) >= 0) return null;
  const least = leastBranchFor(gpu);
  return refused(
    'driver-knows-architecture',
    `driver ${driver} is older than ${gpu.name}${least === null ? '' : `, which branch ${least.branch} is the first to drive`}`,
    knownField(branch, 'maxCuda', `branch ${branch.branch} speaks CUDA up to ${branch.maxCuda}`),
    known(
      architecturesOfToolkit(first)!,
      `CUDA ${first} is the first that makes code for compute capability ${gpu.computeCapability!}`,
    ),
  );
}

function beforeFirst(gpu: GpuTraitsKnown, driver: string, major: number): Judgement | null {
  const first = gpu.firstDriverBranch;
  if (first === null || major >= Number(first)) return null;
  return refused(
    'driver-knows-gpu',
    `driver ${driver} may not know ${gpu.name}, which branch ${first} is said to be the first to drive`,
    firstBranch(gpu.name, first),
  );
}

/** Null too where the table of toolkits begins later than the GPU. */
function firstToolkit({ computeCapability }: GpuTraitsKnown): string | null {
  const first = computeCapability === null ? null : toolkitsForCapability(computeCapability).first;
  return first === CUDA_RELEASES[0] ? null : first;
}

function limits({ name, lastDriverBranch: last }: GpuTraitsKnown): KnownFact[] {
  return last === null ? [] : [lastBranch(name, last)];
}

const lastBranch = (name: string, last: string): KnownFact =>
  known(
    { source: branchOf(last)?.source ?? 'the table of GPUs', confidence: 'seen' },
    `branch ${last} is the last that drives ${name}`,
  );

/** The table of GPUs has it from memory. */
const firstBranch = (name: string, first: string): KnownFact =>
  known(
    { source: 'the table of GPUs', confidence: 'recalled' },
    `branch ${first} is the first that drives ${name}`,
  );
