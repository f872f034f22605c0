import { command } from '../../fix/steps.ts';
import { takenOrForbidden } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The GPU is in exclusive mode and taken',
  related: ['out-of-gpu-memory', 'cuda-visible-devices-empty'],
  textSummary: 'Another process holds the GPU, which is in exclusive mode',
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'cuda 46': { confidence: 'likely', namesCause: true },
      'cuda busy': { confidence: 'likely', namesCause: true },
      'nvml busy': { confidence: 'possible' },
    }),
  ),
  judge: (facts) => takenOrForbidden(facts),
  remedy: () => [
    command('who', 'See which process holds it', ['nvidia-smi'], { root: false }),
    command('compute-mode', 'Let several processes share it', ['nvidia-smi', '--compute-mode=DEFAULT']),
  ],
};
