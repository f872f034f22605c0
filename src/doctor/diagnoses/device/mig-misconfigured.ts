import { command } from '../../fix/steps.ts';
import { dividedIntoNothing } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The GPU is divided (MIG) and no part is usable',
  related: ['cuda-visible-devices-empty'],
  textSummary: 'MIG is on, and no instance is there to be used',
  hears: hearing(['trouble'], (one) =>
    heardTrouble(one, { 'no-mig-device': { confidence: 'likely', namesCause: true } }),
  ),
  judge: (facts) => dividedIntoNothing(facts),
  remedy: () => [
    command('see-mig', 'See what instances there are', ['nvidia-smi', '-L'], { root: false }),
    command('see-profiles', 'See into which instances this GPU can be divided', [
      'nvidia-smi',
      'mig',
      '-lgip',
    ]),
    command('make-instance', 'Make one of the whole GPU (profile 0), or of another profile in this list', [
      'nvidia-smi',
      'mig',
      '-cgi',
      '0',
      '-C',
    ]),
    command('mig-off', 'Or switch MIG off', ['nvidia-smi', '-mig', '0'], { alternativeTo: 'make-instance' }),
  ],
};
