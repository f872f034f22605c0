import { command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'CUDNN_HALF needs tensor cores',
  related: ['gpu-arch-not-in-build', 'cudnn-init-failed'],
  textSummary: 'darknet was built with CUDNN_HALF for a GPU without tensor cores',
  text: [
    {
      literal: 'cudnn_half',
      pattern: /CUDNN_HALF=1.{0,120}(?:not supported|error)/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'cudnn CUDNN_STATUS_ARCH_MISMATCH': { confidence: 'likely', namesCause: true },
    }),
  ),
  remedy: () => [
    command('clean', 'Drop what was built', ['make', 'clean'], { root: false }),
    command('half-off', 'Build without it', ['make', 'CUDNN_HALF=0'], { root: false }),
  ],
};
