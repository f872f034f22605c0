import { byHand, inPlaceOf } from '../../fix/steps.ts';
import { addKernelParameter } from '../../fix/system.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';
import { isOfNvidia } from '../../witness/whose-device.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The firmware gave the GPU no memory window',
  causes: [{ code: 'rm-init-failed' }, { code: 'module-not-loaded' }, { code: 'device-nodes-missing' }],
  related: ['rm-init-failed', 'iommu-or-vm-passthrough-misconfigured'],
  textSummary: 'The PCI memory windows (BARs) of the GPU are not assigned',
  hears: hearing(['hardware'], (one, all) => {
    switch (one.what) {
      case 'bar-invalid':
        return { confidence: 'certain', namesCause: true, rank: 1 };
      case 'bar-taken':
        return {
          confidence: 'possible',
          rank: -1,
          summary: 'Another driver holds a memory window of the GPU',
        };
      case 'bar-unassigned':
        // The kernel tries several times; what counts is how it ended, and whose device it is.
        return isOfNvidia(one, all) && !assignedLater(one, all)
          ? { confidence: 'likely', namesCause: true, rank: -1 }
          : null;
      default:
        return null;
    }
  }),
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

const assignedLater = (one: TestimonyOf<'hardware'>, all: Witness): boolean =>
  all
    .of('hardware')
    .some(
      ({ what, pci, detail, at }) =>
        what === 'bar-assigned' && pci === one.pci && detail === one.detail && at > one.at,
    );
