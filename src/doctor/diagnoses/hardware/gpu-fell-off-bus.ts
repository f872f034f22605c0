import { byHand, command } from '../../fix/steps.ts';
import { addKernelParameter } from '../../fix/system.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU fell off the bus',
  causes: [{ code: 'rm-init-failed' }, { code: 'device-nodes-missing' }, { code: 'module-not-loaded' }],
  related: ['ecc-or-xid-hardware-fault', 'gpu-power-cable-missing', 'pci-bar-unassigned'],
  textSummary: 'The GPU stopped answering on the PCI bus',
  text: [
    {
      literal: 'unable to determine the device handle',
      pattern:
        /Unable to determine the device handle for (?:the )?GPU ?\S{0,30}: ?(?:Unknown Error|GPU is lost)/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'fallen off the bus',
      pattern: /GPU has fallen off the bus/i,
      confidence: 'certain',
      namesCause: true,
      rank: 5,
    },
    {
      literal: 'xid',
      pattern: /Xid \(PCI:[^)]{5,30}\): 79\b/i,
      confidence: 'certain',
      namesCause: true,
      rank: 5,
    },
    { literal: 'gpu is lost', pattern: /GPU is lost/i, confidence: 'certain', namesCause: true },
  ],
  remedy: (facts) => [
    byHand(
      'cold-start',
      'Switch the machine off, wait, and start it: a lost GPU does not come back by itself',
      { reboot: true },
    ),
    command(
      'temperature',
      'Watch temperature and power while it works',
      ['nvidia-smi', '-q', '-d', 'TEMPERATURE,POWER'],
      { root: false },
    ),
    byHand('power', 'Check the power plugs, the power supply and the seat of the card; clean the fans'),
    ...addKernelParameter(facts, 'pcie_aspm=off', 'If it happens when idle, switch PCIe power saving off'),
  ],
};
