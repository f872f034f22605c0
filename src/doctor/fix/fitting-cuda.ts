/** Which CUDA fits the driver and the GPUs of a machine best. */
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { driverBranchesForGpu } from '../../compat/drivers.ts';
import { toolkitsForCapability } from '../../compat/gpu-architectures.ts';
import { newestCudaFor } from '../../compat/rules/newest-cuda.ts';
import type { Facts, GpuFacts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { gpusOf } from '../../machine/questions/gpu.ts';
import { demandOf } from './gpu-demand.ts';

/**
 * The newest release that the driver serves with everything it has and whose nvcc makes code for every GPU. Where the driver is not
 * known, the newest one that the GPUs take counts in its place.
 *
 * @param among further condition
 * @returns null where neither GPU nor driver is known, and where no release fits
 */
export function fittingCuda(
  facts: Facts | null,
  among: (cuda: string) => boolean = () => true,
): string | null {
  if (facts === null) return null;
  const driver = driverVersion(facts) ?? newestDriverFor(facts);
  const gpus = gpusOf(facts)
    .filter(knowsCapability)
    .map(({ busId, name, computeCapability }) => ({ name: name ?? busId, computeCapability }));
  if (driver === null && gpus.length === 0) return null;
  return newestCudaFor({ driver, gpus }, 'build', among);
}

/** Whether nvcc of a release makes machine code for a compute capability. */
export function makesCodeFor(cuda: string, capability: string): boolean {
  const { first, last } = toolkitsForCapability(capability);
  return (
    first !== null &&
    compareDottedVersions(cuda, first) >= 0 &&
    (last === null || compareDottedVersions(cuda, last) <= 0)
  );
}

/** Compute capability of the GPU that a fix is for; null: not known. */
export const capabilityOf = (facts: Facts | null): string | null =>
  (facts === null ? undefined : gpusOf(facts).find(knowsCapability))?.computeCapability ?? null;

const knowsCapability = ({ computeCapability }: GpuFacts): boolean => computeCapability !== null;

/** The newest driver of the last branch, where the GPUs have a last one. */
function newestDriverFor(facts: Facts): string | null {
  const demand = demandOf(facts);
  if (demand?.lastDriverBranch == null) return null;
  const branch = driverBranchesForGpu(demand).at(-1);
  return branch?.lastRelease ?? branch?.branch ?? null;
}
