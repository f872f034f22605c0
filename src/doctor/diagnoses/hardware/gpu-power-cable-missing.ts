import { byHand } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU lacks a power cable',
  causes: [{ code: 'rm-init-failed' }, { code: 'device-nodes-missing' }],
  related: ['gpu-fell-off-bus', 'rm-init-failed'],
  text: [
    {
      literal: 'power cables connected',
      pattern: /GPU does not have the necessary power cables connected/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: () => [
    byHand(
      'plug',
      "Switch off and plug in all of the card's power cables (M40, P40, V100 and the like take an EPS 8-pin plug, not a PCIe one)",
    ),
  ],
};
