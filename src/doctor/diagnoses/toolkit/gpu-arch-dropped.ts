import type { Facts } from '../../../machine/facts.ts';
import { toolkitsForCapability } from '../../../compat/gpu-architectures.ts';
import { fittingCuda, makesCodeFor } from '../../fix/fitting-cuda.ts';
import { byHand, inPlaceOf } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'This toolkit no longer knows the architecture',
  related: ['gpu-too-new-for-cuda', 'gpu-arch-not-in-build'],
  textSummary: 'The build asks nvcc for a GPU architecture that this toolkit does not know',
  text: [
    {
      literal: 'unsupported gpu architecture',
      pattern: /Unsupported gpu architecture '(?:compute|sm)_(\d{2,3})'/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([, arch], facts) => {
        const capability = `${arch!.slice(0, -1)}.${arch!.slice(-1)}`;
        return {
          summary: wasDropped(capability)
            ? `This nvcc no longer knows compute_${arch}: the toolkit is too new for that GPU, or the build names an architecture nobody needs`
            : `This nvcc is older than compute_${arch} and does not know it`,
          fix: toolkitWith(capability, facts),
        };
      },
    },
    {
      literal: "is not defined for option 'gpu-",
      pattern: /Value '(?:sm|compute)_\d{2,3}' is not defined for option 'gpu-(?:architecture|code)'/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: (facts) => [dropFromBuild(), ...inPlaceOf('drop-arch', supplyCuda({ cuda: null }, facts))],
};

/** Whether toolkits have made code for it that no longer do: then it is the toolkit that is too new. */
const wasDropped = (capability: string): boolean => toolkitsForCapability(capability).last !== null;

const dropFromBuild = (): FixStep =>
  byHand(
    'drop-arch',
    "Take the architecture out of the build's list (ARCH in darknet's Makefile, the line with compute_30 among them) and keep your GPU's",
  );

/** A toolkit that makes code for it: for a GPU that is that old, or that new. */
function toolkitWith(capability: string, facts: Facts | null): FixStep[] {
  const { first, last } = toolkitsForCapability(capability);
  const cuda = fittingCuda(facts, (release) => makesCodeFor(release, capability)) ?? last ?? first;
  const toolkit = supplyCuda({ cuda }, facts);
  if (!wasDropped(capability)) return [...toolkit, { ...dropFromBuild(), alternativeTo: toolkit[0]!.id }];
  return [dropFromBuild(), ...inPlaceOf('drop-arch', toolkit)];
}
