/** What the GPUs of a machine ask of its driver. */
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import type { DrivenGpu } from '../../compat/driver-offers.ts';
import type { Facts } from '../../machine/facts.ts';
import { gpusOf } from '../../machine/questions/gpu.ts';

/** What all GPUs of a machine ask of the driver; undefined where none is known. */
export function demandOf(facts: Facts | null): DrivenGpu | undefined {
  const gpus = facts === null ? [] : gpusOf(facts);
  if (gpus[0] === undefined) return undefined;
  const edge = (field: 'firstDriverBranch' | 'lastDriverBranch', sign: 1 | -1): string | null =>
    gpus.reduce<string | null>((found, gpu) => {
      const own = gpu[field];
      return own !== null && (found === null || sign * compareDottedVersions(own, found) > 0) ? own : found;
    }, null);
  const takes = gpus.map(({ openKernelModule }) => openKernelModule);
  return {
    firstDriverBranch: edge('firstDriverBranch', 1),
    lastDriverBranch: edge('lastDriverBranch', -1),
    openKernelModule:
      takes.find((one) => one === 'required' || one === 'unsupported') ?? gpus[0].openKernelModule,
  };
}
