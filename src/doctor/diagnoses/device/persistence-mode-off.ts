import type { Facts } from '../../../machine/facts.ts';
import { command, inPlaceOf } from '../../fix/steps.ts';
import { forgetfulDrivers } from '../../question/gpu-speed.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'info',
  title: 'The driver lets go of the GPU between programs',
  related: ['fabricmanager-not-running', 'device-nodes-missing'],
  judge: (facts) => forgetfulDrivers(facts).map((one) => ({ ...one, fix: keepAwake(facts) })),
  remedy: (facts) => keepAwake(facts),
};

/** The daemon comes with most packages of the driver, and not with all. */
function keepAwake(facts: Facts | null): FixStep[] {
  const byMode = command('persistence-mode', 'Keep it awake until the next start', [
    'nvidia-smi',
    '-pm',
    '1',
  ]);
  if (facts?.services.persistenced.state === 'absent') return [byMode];
  return [
    command('persistenced', 'Keep it awake, now and after each start', [
      'systemctl',
      'enable',
      '--now',
      'nvidia-persistenced',
    ]),
    ...inPlaceOf('persistenced', [byMode]),
  ];
}
