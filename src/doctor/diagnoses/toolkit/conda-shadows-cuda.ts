import { posix } from 'node:path';
import { kindOfLibrary } from '../../library-kind.ts';
import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'CUDA libraries of conda stand before others',
  related: ['cuda-lib-wrong-version', 'torch-cpu-build'],
  textSummary:
    'A CUDA library from the conda environment is loaded in place of the one the program was built with',
  hears: hearing(['missing-symbol'], ({ file }) => {
    // .../envs/NAME/lib/python3.10/site-packages/torch/lib/../../../../libcublas.so.11 lies in the environment itself.
    const path = file === null ? '' : posix.normalize(file);
    const ofConda = /(?:conda|mamba|\/envs\/)/i.test(path) && !path.includes('/site-packages/');
    return ofConda && kindOfLibrary(posix.basename(path)) === 'cuda'
      ? { confidence: 'likely', namesCause: true, rank: 4 }
      : null;
  }),
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
