/** What the driver found can serve; where there is none, which driver the GPU takes. */
import { compareDottedVersions } from '../compat/dotted-version.ts';
import { driverBranchesForGpu, maxCudaForDriver } from '../compat/drivers.ts';
import { toolkitsForCapability } from '../compat/gpu-architectures.ts';
import { jetsonRelease, takesNewerCuda } from '../compat/jetson.ts';
import { valueOf } from '../machine/answer.ts';
import type { Facts, GpuFacts } from '../machine/facts.ts';
import { driverVersion } from '../machine/questions/driver.ts';
import { gpusOf, nameOfGpu } from '../machine/questions/gpu.ts';
import type { DriverOutlook } from './types.ts';

export function outlookOf(facts: Facts): DriverOutlook {
  const jetson = valueOf(facts.platform.jetson);
  if (jetson != null) return ofJetson(jetson, facts);
  const driver = driverVersion(facts);
  if (driver !== undefined)
    return ofDriver(
      driver,
      valueOf(facts.nvidiaSmi)?.cudaVersion ?? maxCudaForDriver(driver),
      gpusOf(facts)[0],
    );
  const gpu = gpusOf(facts)[0];
  if (gpu !== undefined) return ofGpu(gpu, facts);
  return {
    maxCuda: null,
    recommendedBranch: null,
    sentence:
      facts.gpus.state === 'absent'
        ? 'Without an NVIDIA GPU there is no driver to choose; toolkits can be installed and built with all the same.'
        : 'Neither a driver nor a GPU is known, so which CUDA can run here is open.',
  };
}

function ofJetson(release: string, facts: Facts): DriverOutlook {
  const known = jetsonRelease(release);
  return {
    maxCuda: valueOf(facts.nvidiaSmi)?.cudaVersion ?? known?.cuda ?? null,
    recommendedBranch: null,
    sentence:
      known === null
        ? `This is a Jetson (${release}): its driver is part of L4T, and which CUDA it serves comes with its JetPack.`
        : `This is a Jetson (${release}): its driver is part of L4T, and that of JetPack ${known.jetpack} serves CUDA up to ${known.cuda}${takesNewerCuda(release) === true ? ', and newer releases with their compatibility package for Jetson' : ''}.`,
  };
}

function ofDriver(driver: string, maxCuda: string | null, gpu: GpuFacts | undefined): DriverOutlook {
  return {
    maxCuda,
    recommendedBranch: null,
    sentence:
      maxCuda === null
        ? `Driver ${driver} is not in the table: which CUDA it serves is not known.`
        : `Driver ${driver} serves CUDA up to ${maxCuda}, and every older one${codeFor(gpu, maxCuda)}.`,
  };
}

/** Where the newest CUDA that a driver serves has no code for the GPU: it is too new for it, or too old. */
function codeFor(gpu: GpuFacts | undefined, maxCuda: string): string {
  if (gpu?.computeCapability == null) return '';
  const { first, last } = toolkitsForCapability(gpu.computeCapability);
  if (first === null) return '';
  const isTooNew = compareDottedVersions(first, maxCuda) > 0;
  const isDropped = last !== null && compareDottedVersions(last, maxCuda) < 0;
  if (!isTooNew && !isDropped) return '';
  return `; ${last === null ? `from CUDA ${first} on` : `in CUDA ${first} to ${last}`} there is code for the ${nameOfGpu(gpu)}`;
}

function ofGpu(gpu: GpuFacts, facts: Facts): DriverOutlook {
  const branches = driverBranchesForGpu(gpu);
  const name = nameOfGpu(gpu);
  const why =
    facts.kernelDriver.moduleVersion.state === 'unknown' ? 'The driver is not known' : 'No driver runs';
  const newest = branches.at(-1);
  if (gpu.firstDriverBranch === null && gpu.lastDriverBranch === null) {
    return {
      maxCuda: null,
      recommendedBranch: null,
      sentence: `${why}; which driver the ${name} takes is not in the table.`,
    };
  }
  const { firstDriverBranch: first, lastDriverBranch: last } = gpu;
  const range =
    last === null
      ? `${first} or newer`
      : first === null
        ? `up to ${last}`
        : first === last
          ? last
          : `${first} to ${last}`;
  const open = gpu.openKernelModule === 'required' ? ', with the open kernel modules' : '';
  const cuda = newest?.maxCuda ? `; with ${last ?? 'the newest'} it serves CUDA up to ${newest.maxCuda}` : '';
  return {
    maxCuda: null,
    recommendedBranch: range,
    sentence: `${why}; the ${name} takes driver ${range}${open}${cuda}.`,
  };
}
