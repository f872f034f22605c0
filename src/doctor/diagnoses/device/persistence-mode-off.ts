import { command } from '../../fix/steps.ts';
import { forgetfulDrivers } from '../../question/gpu-speed.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'info',
  title: 'The driver lets go of the GPU between programs',
  related: ['fabricmanager-not-running', 'device-nodes-missing'],
  judge: (facts) => forgetfulDrivers(facts).map((one) => ({ ...one, fix: keepAwake() })),
  remedy: () => keepAwake(),
};

const keepAwake = (): FixStep[] => [
  command('persistenced', 'Keep it awake, now and after each start', [
    'systemctl',
    'enable',
    '--now',
    'nvidia-persistenced',
  ]),
  command('persistence-mode', 'Or only until the next start', ['nvidia-smi', '-pm', '1'], {
    alternativeTo: 'persistenced',
  }),
];
