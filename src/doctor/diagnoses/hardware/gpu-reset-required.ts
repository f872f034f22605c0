import { byHand, command, reboot } from '../../fix/steps.ts';
import { resetsWanted } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU has to be reset',
  causes: [{ code: 'exclusive-mode' }],
  related: ['ecc-or-xid-hardware-fault', 'gpu-fell-off-bus'],
  textSummary: 'The driver refuses work until the GPU is reset',
  hears: hearing(['error-code'], (one) =>
    heardError(one, { 'nvml 16': { confidence: 'certain', namesCause: true, rank: 1 } }),
  ),
  judge: (facts) => resetsWanted(facts),
  remedy: () => [
    command('which-gpu', 'See which GPU it is, and that no program runs on it', ['nvidia-smi'], {
      root: false,
    }),
    command('gpu-reset', 'Reset the GPUs, with no program on them', ['nvidia-smi', '--gpu-reset']),
    { ...reboot('Or restart the machine'), alternativeTo: 'gpu-reset' },
    byHand('replace', 'It comes again after the reset: have the card looked at'),
  ],
};
