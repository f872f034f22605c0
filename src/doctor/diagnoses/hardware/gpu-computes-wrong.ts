import { byHand, command } from '../../fix/steps.ts';
import { wrongNumbers } from '../../question/computing.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['compute', 'gpu'],
  severity: 'error',
  title: 'The GPU computes wrong numbers',
  related: ['ecc-or-xid-hardware-fault', 'gpu-overheating', 'gpu-power-limited'],
  judge: (facts) => wrongNumbers(facts),
  remedy: () => [
    byHand('no-overclock', 'Take back what was overclocked or undervolted, of the GPU and of the machine'),
    command('look-at-health', 'See temperature, power and errors of the memory', ['nvidia-smi', '-q'], {
      root: false,
    }),
    byHand(
      'support',
      'If it comes again, also in another slot and with another driver: have the card looked at by its maker',
    ),
  ],
};
