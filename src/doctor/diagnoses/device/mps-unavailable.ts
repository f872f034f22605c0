import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The multi-process service (MPS) does not serve this program',
  related: ['exclusive-mode', 'out-of-gpu-memory'],
  textSummary:
    'A program goes through the multi-process service (MPS), which cannot be reached, is full, or ended it',
  hears: hearing(['error-code'], (one) =>
    heardError(one, { 'cuda mps': { confidence: 'likely', namesCause: true } }),
  ),
  remedy: () => [
    script(
      'mps-folder',
      'See whether the service is where this program looks for it: the folder must be the one that it was started with',
      'ls -l "${CUDA_MPS_PIPE_DIRECTORY:-/tmp/nvidia-mps}"',
      { root: false },
    ),
    script(
      'mps-log',
      'See what the service says',
      'tail -n 40 "${CUDA_MPS_LOG_DIRECTORY:-/var/log/nvidia-mps}"/*.log',
      { root: false },
    ),
    script(
      'mps-end',
      'End the service, as the user that started it; its programs end with it',
      'echo quit | nvidia-cuda-mps-control',
      { root: false },
    ),
    command('mps-start', 'Start it again', ['nvidia-cuda-mps-control', '-d'], { root: false }),
    command(
      'mps-clients',
      'See how many programs use it: the service takes a limited number',
      ['nvidia-smi'],
      {
        root: false,
      },
    ),
    byHand('without-mps', 'Or do without it: CUDA goes its own way where no service runs', {
      alternativeTo: 'mps-start',
    }),
  ],
};
