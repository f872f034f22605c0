import { byHand, command } from '../../fix/steps.ts';
import { tooHot } from '../../question/gpu-speed.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

/** SXid of an NVSwitch that became too hot. */
const SWITCH_IS_HOT = 10004;

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU is too hot',
  causes: [{ code: 'gpu-fell-off-bus' }],
  related: ['gpu-fell-off-bus', 'gpu-power-cable-missing'],
  textSummary: 'The GPU became so hot that it slows down or switches off',
  hears: hearing(['hardware', 'sxid'], (one) =>
    one.kind === 'sxid'
      ? one.number === SWITCH_IS_HOT
        ? { confidence: 'certain', namesCause: true, summary: 'An NVSwitch is too hot' }
        : null
      : one.what === 'overheating'
        ? { confidence: 'certain', namesCause: true }
        : null,
  ),
  judge: (facts) => tooHot(facts),
  remedy: () => [
    command(
      'temperature',
      'Watch temperature, limits and slowdown while it works',
      ['nvidia-smi', '-q', '-d', 'TEMPERATURE,PERFORMANCE'],
      { root: false },
    ),
    byHand(
      'cooling',
      'Clean fans and filters, give it air; a passive card (Tesla, A, L, H series) needs the air flow of a server, or a fan of its own',
    ),
  ],
};
