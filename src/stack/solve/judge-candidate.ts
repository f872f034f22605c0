/** Which rules a candidate is put to, given the premises. */
import { buildReachesGpu } from '../../compat/rules/build-reaches-gpu.ts';
import { cudnnReachesGpu } from '../../compat/rules/cudnn-fits.ts';
import { driverServesBuild } from '../../compat/rules/driver-serves-build.ts';
import { driverServesToolkit } from '../../compat/rules/driver-serves-toolkit.ts';
import { gpuTakesDriver } from '../../compat/rules/gpu-takes-driver.ts';
import type { GpuTraitsKnown, Judgement } from '../../compat/rules/judgement.ts';
import { judged } from '../../compat/rules/judged.ts';
import { ptxTakesDriver } from '../../compat/rules/ptx-takes-driver.ts';
import { pythonAccepted } from '../../compat/rules/python-accepted.ts';
import { someDriverServes } from '../../compat/rules/some-driver-serves.ts';
import { toolkitReachesGpu } from '../../compat/rules/toolkit-reaches-gpu.ts';
import { needsGpu, type Candidate } from './candidates.ts';
import { judgeParts } from './judge-parts.ts';
import type { Premises } from './premises.ts';
import type { Strand } from './strands.ts';
import { best, fitOfAll, worst, type Verdict } from './verdict.ts';

export function judgeCandidate(candidate: Candidate, strand: Strand, premises: Premises): Verdict {
  const forGpu = needsGpu(candidate);
  const general = [
    ...(forGpu ? [...judgeGpuIsThere(premises), ...judgeDriver(candidate, premises)] : []),
    ...judgePython(candidate, premises),
    ...judgeParts(candidate, strand.parts),
  ];
  const gpus = (forGpu ? (premises.gpus ?? []) : []).map((gpu) => {
    const judgements = judgeGpu(candidate, gpu, premises);
    return { gpu, judgements, fit: fitOfAll(judgements) };
  });
  const reached = gpus.length === 0 ? 'yes' : best(gpus.map(({ fit }) => fit));
  return { candidate, general, gpus, fit: worst([fitOfAll(general), reached]) };
}

/** What the rules say of a GPU and the driver, whatever is to run there. */
export function judgeGpuAndDriver(gpu: GpuTraitsKnown, { driver }: Premises): Judgement[] {
  return driver === null ? [] : [gpuTakesDriver(gpu, driver)];
}

function judgeGpuIsThere({ purpose, gpus }: Premises): Judgement[] {
  return purpose === 'run' && gpus?.length === 0
    ? [judged('gpu-is-there', 'no', 'there is no NVIDIA GPU that it could run on')]
    : [];
}

function judgeDriver({ build, cuda }: Candidate, { driver }: Premises): Judgement[] {
  if (driver === null) return [];
  if (build === null) return cuda === null ? [] : [driverServesToolkit(driver, cuda)];
  return [driverServesBuild(build, driver)];
}

function judgePython({ build }: Candidate, { python }: Premises): Judgement[] {
  return build === null || python === null ? [] : [pythonAccepted(build, python)];
}

function judgeGpu(candidate: Candidate, gpu: GpuTraitsKnown, premises: Premises): Judgement[] {
  const { build, cuda, cudnn } = candidate;
  const { purpose, driver, architecture } = premises;
  const reached =
    build === null
      ? cuda === null
        ? []
        : [toolkitReachesGpu(cuda, gpu, purpose)]
      : [buildReachesGpu(build, gpu, architecture)];
  const runs = purpose === 'run' && cuda !== null;
  const compiles = reached.some(({ fit }) => fit === 'slow');
  return [
    ...judgeGpuAndDriver(gpu, premises),
    ...reached,
    ...(cudnn === null || cuda === null ? [] : decided(cudnnReachesGpu(cudnn, cuda, gpu))),
    ...(runs ? [someDriverServes(cuda, gpu)] : []),
    ...(runs && compiles && driver !== null ? [ptxTakesDriver(cuda, driver)] : []),
  ];
}

/** What the table of cuDNN lacks is left to what the build says of itself. */
const decided = (judgement: Judgement): Judgement[] => (judgement.fit === 'unknown' ? [] : [judgement]);
