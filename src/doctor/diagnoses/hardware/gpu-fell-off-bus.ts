import { byHand, command } from '../../fix/steps.ts';
import { addKernelParameter } from '../../fix/system.ts';
import { lostGpus } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardXid } from '../../witness/xid-verdict.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU fell off the bus',
  causes: [
    { code: 'rm-init-failed' },
    { code: 'device-nodes-missing' },
    { code: 'module-not-loaded' },
    { code: 'gpu-reset-required' },
    { code: 'gsp-timeout' },
    { code: 'nvlink-fault' },
    { code: 'ecc-or-xid-hardware-fault' },
  ],
  related: ['ecc-or-xid-hardware-fault', 'gpu-power-cable-missing', 'pci-bar-unassigned'],
  textSummary: 'The GPU stopped answering on the PCI bus',
  hears: hearing(['error-code', 'xid', 'hardware'], (one) => {
    if (one.kind === 'xid') return withRank(heardXid('gpu-fell-off-bus', one));
    if (one.kind === 'error-code')
      return heardError(one, { 'nvml 15': { confidence: 'certain', namesCause: true, rank: 5 } });
    if (one.what === 'bus-error')
      return {
        confidence: 'likely',
        namesCause: true,
        summary: 'The PCI bus reports errors of the link to the GPU that it could not correct',
      };
    if (one.what === 'reads-as-ones')
      return {
        confidence: 'likely',
        namesCause: true,
        summary:
          'The GPU is on the list of the PCI bus and answers nothing any more: its revision reads as ff',
      };
    if (one.what !== 'fell-off-bus') return null;
    // nvidia-smi cannot say why it has no handle.
    return one.detail === 'no handle'
      ? { confidence: 'likely', namesCause: true }
      : { confidence: 'certain', namesCause: true, rank: 5 };
  }),
  judge: (facts) => lostGpus(facts),
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

const withRank = (heard: Heard | null): Heard | null => (heard === null ? null : { ...heard, rank: 5 });
