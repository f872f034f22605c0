/** What the rules say against a CUDA on this machine. */
import type { Judgement } from '../../compat/rules/judgement.ts';
import { driverServesToolkit } from '../../compat/rules/driver-serves-toolkit.ts';
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
    judgement: toolkitReachesGpu(cuda, traitsOf(gpu), question.purpose),
  }));
}

/** What makes it impossible; one of several GPUs is enough. */
export function obstaclesOf(cuda: string, facts: Facts, question: Question): Judgement[] {
  const driver = judgeDriver(cuda, facts, question);
  const gpus = judgeGpus(cuda, facts, question).map(({ judgement }) => judgement);
  return [
    ...(driver?.fit === 'no' ? [driver] : []),
    ...(gpus.length > 0 && gpus.every(({ fit }) => fit === 'no') ? gpus.slice(0, 1) : []),
  ];
}
