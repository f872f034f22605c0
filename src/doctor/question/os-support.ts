/** Whether NVIDIA builds anything that this system can load. */
import { architectureNamed } from '../../compat/architectures.ts';
import { hasMusl } from '../../compat/nvidia-served.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';

/** @param machine architecture as `uname -m` names it */
export const isServedProcessor = (machine: string): boolean =>
  architectureNamed(machine)?.nvidiaRepository != null;

/** Its C library or processor is one that neither driver nor CUDA is built for. What is not known counts as fine here. */
export function runsNothingOfNvidias({ platform }: Facts): boolean {
  const machine = valueOf(platform.architecture);
  return hasMusl(valueOf(platform.os)?.id ?? '') || (machine !== undefined && !isServedProcessor(machine));
}
