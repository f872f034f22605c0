/** What the driver and the GPUs of this machine mean for a CUDA release. */
import { forwardCompatServes, type FormedGpu } from '../../compat/rules/forward-compat-serves.ts';
import { driverServesToolkit } from '../../compat/rules/driver-serves-toolkit.ts';
import type { GpuTraitsKnown, Judgement } from '../../compat/rules/judgement.ts';
import { newestCudaFor } from '../../compat/rules/newest-cuda.ts';
import { toolkitReachesGpu } from '../../compat/rules/toolkit-reaches-gpu.ts';

export interface Hardware {
  /** Version of the driver found; null: none found, which is no fault of the toolkit and what doctor is for. */
  driver: string | null;
  /** Empty where none is here, or none could be looked at. */
  gpus: readonly (GpuTraitsKnown & FormedGpu)[];
}

/**
 * Warnings where programs of this release would not run here, or not with everything; none where nothing is known.
 *
 * @param withCompat the prefix has the libraries of forward compatibility
 */
export function hardwareWarnings(cuda: string, hardware: Hardware, withCompat = false): string[] {
  const compat = withCompat ? judgeCompat(cuda, hardware) : null;
  const driver = compat?.fit === 'yes' ? [] : judgeDriver(cuda, hardware);
  const gpus = judgeGpus(cuda, hardware);
  const isReached = gpus.some(({ fit }) => fit !== 'no');
  const against = [...driver, ...(isReached ? [] : gpus)].filter(({ fit }) => fit === 'no');
  const remarks = [...driver, ...gpus].filter(({ fit }) => fit === 'remark' || fit === 'slow');
  return [
    ...(against.length === 0
      ? []
      : [`${textsOf(against).join('; ')}. What is built with it will not run here; ${wayOn(hardware)}`]),
    ...textsOf(remarks),
    ...(compat === null || compat.fit === 'yes' ? [] : [`compat is not used here: ${compat.text}`]),
  ];
}

const textsOf = (judgements: readonly Judgement[]): string[] => judgements.map(({ text }) => text);

const judgeCompat = (cuda: string, { driver, gpus }: Hardware): Judgement | null =>
  driver === null ? null : forwardCompatServes(cuda, driver, gpus);

const judgeDriver = (cuda: string, { driver }: Hardware): Judgement[] =>
  driver === null ? [] : [driverServesToolkit(driver, cuda)];

const judgeGpus = (cuda: string, { gpus }: Hardware): Judgement[] =>
  gpus.map((gpu) => toolkitReachesGpu(cuda, gpu, 'run'));

function wayOn(hardware: Hardware): string {
  const newest = newestCudaFor(hardware, 'run');
  return newest === null
    ? 'gpu-setup doctor says what the driver has to be'
    : `what does run here is up to CUDA ${newest} (gpu-setup install cuda@${newest})`;
}
