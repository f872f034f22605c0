import { resetGpu } from '../../fix/gpu-recovery.ts';
import { byHand, script } from '../../fix/steps.ts';
import { resetsWanted } from '../../question/gpu-state.ts';
import { withoutAnswer } from '../../question/silent-gpus.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';
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
    if (one.kind === 'hardware') return heardOfCard(one);
    return heardError(one, { 'nvml 16': { confidence: 'certain', namesCause: true, rank: 1 } });
  }),
  judge: (facts) => [...resetsWanted(facts), ...withoutAnswer(facts)],
  remedy: () => [...resetGpu(), byHand('replace', 'It comes again after the reset: have the card looked at')],
};

function heardOfCard({ what, pci }: TestimonyOf<'hardware'>): Heard | null {
  switch (what) {
    case 'reset-required':
      return { confidence: 'certain', namesCause: true, rank: 1 };
    case 'reset-refused':
      return {
        confidence: 'certain',
        namesCause: true,
        summary: 'The GPU was to be reset, and programs use it: it is reset only when none does',
        fix: [
          script(
            'see-users',
            'See which programs use it, services that watch it too, and end them',
            SEE_USERS,
          ),
          ...resetGpu(pci).filter(({ id }) => id !== 'who-uses-it'),
        ],
      };
    default:
      return null;
  }
}

/** nvidia-smi lists those that compute alone. */
const SEE_USERS = 'fuser -v /dev/nvidia*';
