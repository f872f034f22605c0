import { byHand, command } from '../../fix/steps.ts';
import { narrowLinks } from '../../question/gpu-speed.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'warning',
  title: 'The PCIe link of the GPU is narrower or slower than it could be',
  related: ['gpu-fell-off-bus', 'pci-bar-unassigned'],
  judge: (facts) => narrowLinks(facts).map((one) => ({ ...one, fix: lookAtSlot() })),
  remedy: () => lookAtSlot(),
};

const lookAtSlot = (): FixStep[] => [
  command(
    'see-link',
    'See width and generation of the link while the GPU works',
    [
      'nvidia-smi',
      '--query-gpu=index,pcie.link.gen.current,pcie.link.gen.max,pcie.link.width.current,pcie.link.width.max',
      '--format=csv',
    ],
    { root: false },
  ),
  byHand(
    'seat',
    'If nobody meant it so: seat the card anew, in a slot with all lanes; look at risers, and at what the firmware shares the lanes with',
  ),
];
