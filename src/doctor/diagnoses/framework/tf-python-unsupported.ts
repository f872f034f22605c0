import { byHand, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'TensorFlow has no build for this Python',
  related: ['tf-built-for-other-cuda', 'protobuf-or-numpy-too-new'],
  textSummary: 'There is no build of this TensorFlow for the Python that is running',
  text: [
    {
      literal: 'the requirement tensorflow',
      pattern: /Could not find a version that satisfies the requirement tensorflow/i,
      confidence: 'likely',
      namesCause: true,
      rank: 1,
    },
    {
      literal: 'no matching distribution found for tensorflow',
      pattern: /No matching distribution found for tensorflow/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  remedy: () => [
    script(
      'old-python',
      'Make an environment with the Python it was built for (TensorFlow 1.9: Python 3.6 and older)',
      'conda create -n tf python=3.6\nconda activate tf',
      { root: false },
    ),
    byHand('docker', 'Or run it in an image of its time', { alternativeTo: 'old-python' }),
  ],
};
