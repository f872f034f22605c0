import { byHand, command } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'CUDA libraries of conda stand before others',
  related: ['cuda-lib-wrong-version', 'torch-cpu-build'],
  textSummary:
    'A CUDA library from the conda environment is loaded in place of the one the program was built with',
  text: [
    {
      literal: 'undefined symbol',
      pattern:
        /(?:conda|envs)[^:]{0,200}lib(?:cublas|cublasLt|cudart|cusparse|cusolver|nvrtc)\.so[\d.]{0,8}: undefined symbol/i,
      confidence: 'likely',
      namesCause: true,
      rank: 4,
    },
  ],
  remedy: () => [
    command(
      'remove-cudatoolkit',
      "Remove conda's cudatoolkit where the framework brings its own CUDA",
      ['conda', 'remove', 'cudatoolkit'],
      { root: false },
    ),
    byHand('reinstall', 'Then reinstall the framework with what it was installed with: pip or conda'),
    byHand('one-source', 'Or take framework and CUDA both from conda', {
      alternativeTo: 'remove-cudatoolkit',
    }),
  ],
};
