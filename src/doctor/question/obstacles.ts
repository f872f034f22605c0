/** What the rules say against a CUDA on this machine. */
import { driverServesToolkit } from '../../compat/rules/driver-serves-toolkit.ts';
import type { GpuTraitsKnown, Judgement } from '../../compat/rules/judgement.ts';
import { ptxTakesDriver } from '../../compat/rules/ptx-takes-driver.ts';
import { someDriverServes } from '../../compat/rules/some-driver-serves.ts';
import { toolkitReachesGpu } from '../../compat/rules/toolkit-reaches-gpu.ts';
import type { Facts, GpuFacts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { onJetson } from '../../machine/questions/platform.ts';
import type { Question } from '../types.ts';
import { askedGpus, traitsOf } from './gpus.ts';

/** Whether the driver here serves it; null where there is no driver to ask about, or the purpose has no use for one. */
export function judgeDriver(cuda: string, facts: Facts, { purpose }: Question): Judgement | null {
  const driver = driverVersion(facts);
  // A Jetson's driver has numbers of its own; which CUDA it serves hangs on its L4T.
  if (driver === undefined || purpose === 'build' || onJetson(facts)) return null;
  return driverServesToolkit(driver, cuda);
}

export interface GpuJudged {
  gpu: GpuFacts;
  judgement: Judgement;
}

/** Whether its code gets to each GPU in question. */
export function judgeGpus(cuda: string, facts: Facts, question: Question): GpuJudged[] {
  return askedGpus(facts, question).map((gpu) => ({
    gpu,
    judgement: reach(cuda, traitsOf(gpu), question.purpose),
  }));
}

function reach(cuda: string, gpu: GpuTraitsKnown, purpose: Question['purpose']): Judgement {
  const code = toolkitReachesGpu(cuda, gpu, purpose);
  if (code.fit === 'no' || purpose === 'build') return code;
  const driver = someDriverServes(cuda, gpu);
  return driver.fit === 'no' ? driver : code;
}

/**
 * Whether the driver compiles its PTX for the GPUs that it reaches in no other way; null where there is no such GPU, or no driver
 * to ask about.
 */
export function judgePtx(
  cuda: string,
  gpus: readonly GpuJudged[],
  facts: Facts,
  { purpose }: Question,
): Judgement | null {
  const driver = driverVersion(facts);
  const isCompiled = gpus.some(({ judgement }) => judgement.fit === 'slow');
  return isCompiled && driver !== undefined && purpose === 'run' ? ptxTakesDriver(cuda, driver) : null;
}

/** What makes it impossible; one of several GPUs is enough. */
export function obstaclesOf(cuda: string, facts: Facts, question: Question): Judgement[] {
  const gpus = judgeGpus(cuda, facts, question);
  const unreached = gpus.filter(({ judgement }) => judgement.fit === 'no');
  const isNative = gpus.some(({ judgement }) => judgement.fit !== 'no' && judgement.fit !== 'slow');
  return [
    judgeDriver(cuda, facts, question),
    isNative ? null : judgePtx(cuda, gpus, facts, question),
    unreached.length === gpus.length ? (unreached[0]?.judgement ?? null) : null,
  ].filter((one): one is Judgement => one?.fit === 'no');
}
