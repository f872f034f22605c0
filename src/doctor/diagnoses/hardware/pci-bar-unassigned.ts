import { byHand, inPlaceOf } from '../../fix/steps.ts';
import { addKernelParameter } from '../../fix/system.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The firmware gave the GPU no memory window',
  causes: [{ code: 'rm-init-failed' }, { code: 'module-not-loaded' }, { code: 'device-nodes-missing' }],
  related: ['rm-init-failed', 'iommu-or-vm-passthrough-misconfigured'],
  textSummary: 'The PCI memory windows (BARs) of the GPU are not assigned',
  text: [
    {
      literal: 'pci i/o region assigned to your nvidia device is invalid',
      pattern: /PCI I\/O region assigned to your NVIDIA device is invalid/i,
      confidence: 'certain',
      namesCause: true,
    },
    { literal: 'bar', pattern: /NVRM: BAR\d is 0M @ 0x0/i, confidence: 'certain', namesCause: true },
    {
      literal: ["can't assign; no space", 'failed to assign'],
      pattern: /(?:BAR \d|BAR\d).{0,80}(?:can't assign; no space|failed to assign)/i,
      confidence: 'likely',
      namesCause: true,
      rank: -1,
    },
  ],
  remedy: (facts) => [
    byHand('above-4g', 'In the BIOS: switch on "Above 4G Decoding" (and Resizable BAR), and CSM off', {
      reboot: true,
    }),
    byHand('bios-update', 'Update the BIOS', { reboot: true }),
    ...inPlaceOf(
      'above-4g',
      addKernelParameter(facts, 'pci=realloc', 'Or let the kernel assign the windows anew'),
    ),
  ],
};
