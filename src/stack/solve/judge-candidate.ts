/** Which rules a candidate is put to, given the premises. */
import { buildReachesGpu } from '../../compat/rules/build-reaches-gpu.ts';
import { cudnnReachesGpu } from '../../compat/rules/cudnn-fits.ts';
import { driverServesBuild } from '../../compat/rules/driver-serves-build.ts';
import { driverServesToolkit } from '../../compat/rules/driver-serves-toolkit.ts';
import { glibcAccepted, glibcAcceptedByBuild } from '../../compat/rules/glibc-accepted.ts';
import { gpuTakesDriver } from '../../compat/rules/gpu-takes-driver.ts';
import type { GpuTraitsKnown, Judgement } from '../../compat/rules/judgement.ts';
import { judged } from '../../compat/rules/judged.ts';
import { ptxTakesDriver } from '../../compat/rules/ptx-takes-driver.ts';
import { pythonAccepted } from '../../compat/rules/python-accepted.ts';
import { someDriverServes } from '../../compat/rules/some-driver-serves.ts';
import { toolkitReachesGpu } from '../../compat/rules/toolkit-reaches-gpu.ts';
import { needsGpu, type Candidate } from './candidates.ts';
import { judgeParts } from './judge-parts.ts';
import type { PremiseName, Premises } from './premises.ts';
import type { Strand } from './strands.ts';
import { about, fitOfAll, verdictOf, type Said, type Verdict } from './verdict.ts';

export function judgeCandidate(candidate: Candidate, strand: Strand, premises: Premises): Verdict {
  const forGpu = needsGpu(candidate);
  const general = [
    ...(forGpu ? [...judgeGpuIsThere(premises), ...judgeDriver(candidate, premises)] : []),
    ...judgeGlibc(candidate, premises),
    ...judgePython(candidate, premises),
    ...judgeParts(candidate, strand.parts).map((judgement) => about(judgement)),
  ];
  // Where that alone refuses, the GPUs have nothing to add.
  const isRefused = fitOfAll(general) === 'no';
  const gpus = (forGpu && !isRefused ? (premises.gpus ?? []) : []).map((gpu) => {
    return { gpu, judgements: judgeGpu(candidate, gpu, premises) };
  });
  return verdictOf(candidate, general, gpus);
}

/** Whether the driver drives one of the GPUs: where it drives none, nothing runs, whatever it is. */
export function machineFits(premises: Premises): boolean {
  const gpus = premises.gpus ?? [];
  return gpus.length === 0 || gpus.some((gpu) => fitOfAll(judgeGpuAndDriver(gpu, premises)) !== 'no');
}

/** What the rules say of a GPU and the driver, whatever is to run there. */
export function judgeGpuAndDriver(gpu: GpuTraitsKnown, { driver }: Premises): Said[] {
  return driver === null ? [] : [about(gpuTakesDriver(gpu, driver), 'gpus', 'driver')];
}

function judgeGpuIsThere({ purpose, gpus }: Premises): Said[] {
  return purpose === 'run' && gpus?.length === 0
    ? [about(judged('gpu-is-there', 'no', 'there is no NVIDIA GPU that it could run on'), 'gpus')]
    : [];
}

function judgeDriver({ build, cuda }: Candidate, { driver }: Premises): Said[] {
  if (driver === null) return [];
  if (build !== null) return [about(driverServesBuild(build, driver), 'driver')];
  return cuda === null ? [] : [about(driverServesToolkit(driver, cuda), 'driver')];
}

/** A toolkit by itself is there to build with. */
function judgeGlibc({ build, cuda }: Candidate, { purpose, glibc }: Premises): Said[] {
  if (glibc === null) return [];
  // That nothing is known against it is no reason for it.
  const ofCuda =
    cuda === null
      ? []
      : [glibcAccepted(cuda, glibc, build === null ? 'build' : purpose)].filter(({ fit }) => fit !== 'yes');
  const ofBuild = build === null ? [] : decided(glibcAcceptedByBuild(build, glibc), 'glibc');
  return [...ofCuda.map((judgement) => about(judgement, 'glibc')), ...ofBuild];
}

function judgePython({ build }: Candidate, { python }: Premises): Said[] {
  return build === null || python === null ? [] : [about(pythonAccepted(build, python), 'python')];
}

function judgeGpu(candidate: Candidate, gpu: GpuTraitsKnown, premises: Premises): Said[] {
  const { cuda, cudnn } = candidate;
  const { purpose, driver } = premises;
  const reached = judgeCode(candidate, gpu, premises);
  const runs = purpose === 'run' && cuda !== null;
  const isCompiled = reached.some(({ fit }) => fit === 'slow');
  return [
    ...judgeGpuAndDriver(gpu, premises),
    ...reached.map((judgement) => about(judgement, 'gpus')),
    ...(cudnn === null || cuda === null ? [] : decided(cudnnReachesGpu(cudnn, cuda, gpu), 'gpus')),
    ...(runs ? [about(someDriverServes(cuda, gpu), 'gpus')] : []),
    ...(runs && isCompiled && driver !== null ? [about(ptxTakesDriver(cuda, driver), 'driver')] : []),
  ];
}

function judgeCode(
  { build, cuda }: Candidate,
  gpu: GpuTraitsKnown,
  { purpose, architecture }: Premises,
): Judgement[] {
  if (build !== null) return [buildReachesGpu(build, gpu, architecture)];
  return cuda === null ? [] : [toolkitReachesGpu(cuda, gpu, purpose)];
}

/** What the tables lack here is left to what the build says of itself, and to pip. */
const decided = (judgement: Judgement, name: PremiseName): Said[] =>
  judgement.fit === 'unknown' ? [] : [about(judgement, name)];
