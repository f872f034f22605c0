import { ask, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'CUDA_VISIBLE_DEVICES hides every GPU',
  related: ['no-nvidia-gpu', 'container-no-gpu'],
  textSummary: 'No GPU is visible to the program: CUDA_VISIBLE_DEVICES may name one that is not there',
  text: [
    {
      literal: 'cuda_visible_devices',
      pattern: /CUDA_VISIBLE_DEVICES (?:is|was) (?:set to )?(?:empty|""|-1)/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'cuda 100': { confidence: 'possible', rank: 6 },
      'cuda 101': { confidence: 'likely', namesCause: true },
    }),
  ),
  next: [
    ask(
      'What is CUDA_VISIBLE_DEVICES, and how many GPUs are there?',
      'sh',
      '-c',
      'echo "$CUDA_VISIBLE_DEVICES"; nvidia-smi -L',
    ),
  ],
  remedy: () => [
    command('see', 'See which GPUs there are', ['nvidia-smi', '-L'], { root: false }),
    script('see-variable', 'See what the variable says', 'echo "$CUDA_VISIBLE_DEVICES"', { root: false }),
    script('unset', 'Let CUDA see all of them', 'unset CUDA_VISIBLE_DEVICES', { root: false }),
    script('first', 'Or the first alone', 'export CUDA_VISIBLE_DEVICES=0', {
      root: false,
      alternativeTo: 'unset',
    }),
  ],
};
