import { byHand, script } from '../../fix/steps.ts';
import { memoryTaken, whoHoldsMemory } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The memory of the GPU is used up',
  causes: [{ code: 'cudnn-init-failed' }],
  related: ['exclusive-mode', 'cudnn-init-failed'],
  hears: hearing(['error-code', 'trouble'], (one, _all, facts) =>
    one.kind === 'trouble'
      ? heardTrouble(one, {
          'handle-not-made': {
            confidence: 'possible',
            rank: 3,
            summary: `${one.detail} could not start: most often no GPU memory is left for it`,
            fix: [whoHoldsMemory(facts), ...leaveSome()],
          },
          'blas-did-not-run': {
            confidence: 'likely',
            rank: 3,
            summary: 'cuBLAS could not run: most often no GPU memory is left for it',
          },
        })
      : heardError(one, {
          'cuda 2': { confidence: 'certain', namesCause: true },
          'cublas CUBLAS_STATUS_NOT_INITIALIZED': { confidence: 'possible', namesCause: true },
          'any memory': { confidence: 'likely', namesCause: true },
        }),
  ),
  // Nothing has failed yet: what to make smaller is for the program that does.
  judge: (facts) => memoryTaken(facts).map((one) => ({ ...one, fix: [whoHoldsMemory(facts)] })),
  remedy: (facts) => [
    whoHoldsMemory(facts),
    byHand('smaller', 'Make batches or input smaller (darknet: raise subdivisions)'),
    script(
      'growth',
      'TensorFlow takes all memory at once: let it grow',
      'export TF_FORCE_GPU_ALLOW_GROWTH=true',
      { root: false },
    ),
  ],
};

/** JAX and TensorFlow take most of it at once, for themselves. */
const leaveSome = (): FixStep[] => [
  script(
    'jax-grows',
    'JAX takes most of it at once: let it take what it needs',
    'export XLA_PYTHON_CLIENT_PREALLOCATE=false',
    {
      root: false,
    },
  ),
];
