import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['cudnn'],
  severity: 'error',
  title: 'cuDNN could not start',
  related: ['out-of-gpu-memory', 'cudnn-version-mismatch'],
  textSummary: 'cuDNN could not start: most often no GPU memory is left for it',
  hears: hearing(['error-code', 'trouble'], (one) =>
    one.kind === 'trouble'
      ? heardTrouble(one, {
          'cudnn-did-not-start': { confidence: 'likely', namesCause: true, rank: 2 },
          'dnn-did-not-start': { confidence: 'likely', namesCause: true, rank: -1 },
          'no-algorithm': { confidence: 'possible', namesCause: true, rank: 1 },
        })
      : heardError(one, {
          'cudnn CUDNN_STATUS_NOT_INITIALIZED': { confidence: 'likely', namesCause: true, rank: 1 },
          'cudnn CUDNN_STATUS_INTERNAL_ERROR': { confidence: 'likely', namesCause: true, rank: 1 },
          'cudnn CUDNN_STATUS_EXECUTION_FAILED': { confidence: 'possible', namesCause: true },
        }),
  ),
  remedy: () => [
    script(
      'allow-growth',
      "Let TensorFlow's memory grow, so that some is left for cuDNN (in code: config.gpu_options.allow_growth = True)",
      'export TF_FORCE_GPU_ALLOW_GROWTH=true',
      { root: false },
    ),
    command('who', 'See whether another process holds the memory', ['nvidia-smi'], { root: false }),
    byHand(
      'versions',
      'If it stays: compare the cuDNN that is loaded with the one the framework was built for',
    ),
  ],
};
