import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'TensorFlow was built for another CUDA',
  related: ['cuda-lib-wrong-version', 'cudnn-version-mismatch', 'tf-python-unsupported'],
  textSummary: 'TensorFlow looks for libraries of another CUDA release than the one that is here',
  text: [
    {
      literal: 'cannot dlopen some gpu libraries',
      pattern: /Cannot dlopen some GPU libraries/i,
      confidence: 'likely',
      namesCause: true,
      rank: -1,
    },
  ],
  remedy: () => [
    script(
      'which-cuda',
      'See which CUDA your TensorFlow wants (1.5 to 1.12: 9.0; 1.13 to 2.0: 10.0; 2.1 to 2.3: 10.1; 2.4: 11.0; 2.5 to 2.11: 11.2; 2.12 to 2.14: 11.8)',
      'python -c "import tensorflow as tf; print(tf.__version__)"',
      { root: false },
    ),
    script(
      'install-cuda',
      'Install that CUDA beside the others and run in it',
      'gpu-setup install cuda10\ngpu-setup run cuda10 -- python train.py',
      { root: false },
    ),
  ],
};
