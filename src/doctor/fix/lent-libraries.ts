/** A container that has a GPU, and lacks a part of the driver's user-mode half: who lends it was told to leave it out, or lends none. */
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { deviceAccess } from '../../machine/questions/gpu.ts';
import type { FixStep } from '../types.ts';
import { giveContainerItsGpu } from './container.ts';
import { lxcLibraries } from './lent.ts';
import { byHand } from './steps.ts';

/** What NVIDIA_DRIVER_CAPABILITIES calls them: libcuda, nvidia-smi. */
type Capability = 'compute' | 'utility';

export function lendPart(facts: Facts, part: Capability): FixStep[] {
  if (valueOf(facts.platform.container) === 'lxc' && deviceAccess(facts) !== 'missing')
    return lxcLibraries(facts);
  const told = valueOf(facts.lent.capabilities);
  return told === undefined || told.split(',').some((one) => [part, 'all'].includes(one.trim()))
    ? giveContainerItsGpu(facts)
    : [
        byHand(
          'capabilities',
          `Start the container with NVIDIA_DRIVER_CAPABILITIES=compute,utility (docker run -e, env in a pod's specification): "${told}" leaves this part of the driver out`,
        ),
      ];
}
