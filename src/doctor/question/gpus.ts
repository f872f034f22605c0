/** The GPUs that a question is about, as the rules take them. */
import type { GpuTraitsKnown } from '../../compat/rules/judgement.ts';
import type { Facts, GpuFacts } from '../../machine/facts.ts';
import { gpusOf, nameOfGpu } from '../../machine/questions/gpu.ts';
import type { Question } from '../types.ts';

/** For a build the hardware that happens to be here is no matter; a GPU that was named is what it is for. */
export function askedGpus(facts: Facts, { purpose }: Pick<Question, 'purpose'>): readonly GpuFacts[] {
  return purpose === 'run' || facts.gpus.from.kind === 'option' ? gpusOf(facts) : [];
}

export const traitsOf = (gpu: GpuFacts): GpuTraitsKnown => ({ ...gpu, name: nameOfGpu(gpu) });
