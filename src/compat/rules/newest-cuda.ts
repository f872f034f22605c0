/** Which CUDA fits a driver and GPUs best: the newest that loses nothing on them. */
import { CUDA_RELEASES } from '../cuda-releases.ts';
import { driverServesToolkit } from './driver-serves-toolkit.ts';
import type { GpuTraitsKnown } from './judgement.ts';
import { toolkitReachesGpu } from './toolkit-reaches-gpu.ts';

export interface ForCuda {
  /** null: any driver will do. */
  driver: string | null;
  /** Those of which no compute capability is known do not count. */
  gpus: readonly Pick<GpuTraitsKnown, 'name' | 'computeCapability'>[];
}

/**
 * @param purpose as of `toolkitReachesGpu`
 * @param among further condition
 * @returns a release that the driver serves with everything it has and that reaches every GPU; null where there is none
 */
export function newestCudaFor(
  { driver, gpus }: ForCuda,
  purpose: 'run' | 'build',
  among: (cuda: string) => boolean = () => true,
): string | null {
  const known = gpus.filter(({ computeCapability }) => computeCapability !== null);
  return (
    CUDA_RELEASES.findLast(
      (cuda) =>
        (driver === null || driverServesToolkit(driver, cuda).fit === 'yes') &&
        known.every((gpu) => toolkitReachesGpu(cuda, gpu, purpose).fit === 'yes') &&
        among(cuda),
    ) ?? null
  );
}
