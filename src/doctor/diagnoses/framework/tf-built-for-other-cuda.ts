import { buildFor } from '../../fix/framework.ts';
import { command, inPlaceOf, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'TensorFlow was built for another CUDA',
  related: ['cuda-lib-wrong-version', 'cudnn-version-mismatch', 'tf-python-unsupported'],
  textSummary: 'TensorFlow looks for libraries of another CUDA release than the one that is here',
  hears: hearing(['trouble'], (one) =>
    heardTrouble(one, { 'libraries-not-opened': { confidence: 'likely', namesCause: true, rank: -1 } }),
  ),
  remedy: (facts) => [
    script(
      'which-tensorflow',
      'See which TensorFlow this is',
      'python -c "import tensorflow as tf; print(tf.__version__)"',
      { root: false },
    ),
    command(
      'which-cuda',
      'See which CUDA and cuDNN each release wants, and which release fits this machine',
      ['gpu-setup', 'plan', 'tensorflow'],
      { root: false },
    ),
    ...inPlaceOf('which-cuda', buildFor('tensorflow', {}, facts)),
  ],
};
