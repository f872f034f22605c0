import { byHand } from '../../fix/steps.ts';
import { withoutPower } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardXid } from '../../witness/xid-verdict.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU lacks a power cable',
  causes: [{ code: 'rm-init-failed' }, { code: 'device-nodes-missing' }, { code: 'gpu-fell-off-bus' }],
  related: ['gpu-fell-off-bus', 'rm-init-failed'],
  hears: hearing(['xid', 'hardware', 'error-code'], (one) => {
    if (one.kind === 'xid') return heardXid('gpu-power-cable-missing', one);
    if (one.kind === 'error-code')
      return heardError(one, { 'nvml power': { confidence: 'certain', namesCause: true } });
    return one.what === 'power-cable-missing' ? { confidence: 'certain', namesCause: true } : null;
  }),
  judge: (facts) => withoutPower(facts),
  remedy: () => [
    byHand(
      'plug',
      "Switch off and plug in all of the card's power cables (M40, P40, V100 and the like take an EPS 8-pin plug, not a PCIe one)",
    ),
  ],
};
