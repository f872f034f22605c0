import { byHand, command } from '../../fix/steps.ts';
import { infoRomFaults, memoryFaults } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import { heardXid } from '../../witness/xid-verdict.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU reports a hardware fault',
  causes: [{ code: 'rm-init-failed' }, { code: 'gpu-reset-required' }, { code: 'gsp-timeout' }],
  related: ['gpu-fell-off-bus', 'rm-init-failed', 'application-fault', 'nvlink-fault'],
  textSummary: 'The GPU reports an error of its memory or of the chip',
  hears: hearing(['error-code', 'xid', 'hardware', 'trouble'], (one) => {
    if (one.kind === 'trouble')
      return heardTrouble(one, {
        'inforom-corrupt': {
          confidence: 'certain',
          namesCause: true,
          // It computes all the same: what is kept there is settings and counters of errors.
          severity: 'warning',
          summary: 'The infoROM of the GPU, where it keeps settings and counts its errors, is corrupted',
        },
      });
    if (one.kind === 'xid') return heardXid('ecc-or-xid-hardware-fault', one);
    if (one.kind === 'hardware')
      return one.what === 'memory-error' || one.what === 'memory-remap-failed'
        ? { confidence: 'certain', namesCause: true }
        : null;
    return heardError(one, {
      'cuda 214': { confidence: 'certain', namesCause: true },
      'cuda 226': { confidence: 'likely', namesCause: true },
      // Others say what these come from, and hear them.
      'cuda 220': null,
      'nvml 11': null,
      'nvml 15': null,
      'nvml 16': null,
      'any hardware': { confidence: 'possible', rank: 10 },
    });
  }),
  judge: (facts) => [...memoryFaults(facts), ...infoRomFaults(facts)],
  remedy: () => [
    command('see-ecc', 'See the counters of the memory', ['nvidia-smi', '-q', '-d', 'ECC,ROW_REMAPPER'], {
      root: false,
    }),
    command('gpu-reset', 'With no program on it, reset the GPU (or restart): bad pages are then set aside', [
      'nvidia-smi',
      '--gpu-reset',
    ]),
    byHand('replace', 'It comes again after the reset: have the card replaced'),
  ],
};
