import { resetGpu } from '../../fix/gpu-recovery.ts';
import { byHand } from '../../fix/steps.ts';
import { resetsWanted } from '../../question/gpu-state.ts';
import { withoutAnswer } from '../../question/silent-gpus.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardXid } from '../../witness/xid-verdict.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU has to be reset',
  causes: [{ code: 'exclusive-mode' }],
  related: ['ecc-or-xid-hardware-fault', 'gpu-fell-off-bus'],
  textSummary: 'The driver refuses work until the GPU is reset',
  hears: hearing(['error-code', 'xid', 'hardware'], (one) => {
    if (one.kind === 'xid') return heardXid('gpu-reset-required', one);
    if (one.kind === 'hardware')
      return one.what === 'reset-required' ? { confidence: 'certain', namesCause: true, rank: 1 } : null;
    return heardError(one, { 'nvml 16': { confidence: 'certain', namesCause: true, rank: 1 } });
  }),
  judge: (facts) => [...resetsWanted(facts), ...withoutAnswer(facts)],
  remedy: () => [...resetGpu(), byHand('replace', 'It comes again after the reset: have the card looked at')],
};
