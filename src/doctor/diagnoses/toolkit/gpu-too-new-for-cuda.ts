import { byHand, script } from '../../fix/steps.ts';
import { toolkitCodeFindings } from '../../question/gpu-code.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The GPU is newer than this CUDA',
  related: ['gpu-arch-not-in-build', 'torch-cuda-arch-unsupported', 'gpu-arch-dropped'],
  textSummary: 'This CUDA is older than the GPU and cannot make code for it',
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'cuda 200': { confidence: 'possible' },
    }),
  ),
  judge: (facts, question) => toolkitCodeFindings(facts, question, 'gpu-too-new'),
  remedy: () => [
    script(
      'newer-toolkit',
      'Take a toolkit that knows the GPU, beside the old one',
      'gpu-setup install cuda12',
      { root: false },
    ),
    byHand('rebuild', 'And build the program with it'),
  ],
};
