import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['cudnn'],
  severity: 'error',
  title: 'cuDNN could not start',
  related: ['out-of-gpu-memory', 'cudnn-version-mismatch'],
  textSummary: 'cuDNN could not start: most often no GPU memory is left for it',
  hears: hearing(['error-code', 'trouble'], (one, all) =>
    one.kind === 'trouble'
      ? heardTrouble(one, {
          'cudnn-did-not-start': { confidence: 'likely', namesCause: true, rank: 2 },
          'dnn-did-not-start': { confidence: 'likely', namesCause: true, rank: -1 },
          'no-algorithm': {
            confidence: 'possible',
            namesCause: true,
            rank: 1,
            summary:
              'cuDNN found no way to compute this on this GPU: too little memory is free, or it is not the cuDNN that the program was built for',
            fix: noWay(all),
          },
        })
      : heardError(one, {
          'cudnn CUDNN_STATUS_NOT_INITIALIZED': { confidence: 'likely', namesCause: true, rank: 1 },
          'cudnn CUDNN_STATUS_INTERNAL_ERROR': { confidence: 'likely', namesCause: true, rank: 1 },
          'cudnn CUDNN_STATUS_EXECUTION_FAILED': { confidence: 'possible', namesCause: true },
        }),
  ),
  remedy: () => [allowGrowth(), ...others()],
};

const allowGrowth = (): FixStep =>
  script(
    'allow-growth',
    "Let TensorFlow's memory grow, so that some is left for cuDNN (in code: config.gpu_options.allow_growth = True)",
    'export TF_FORCE_GPU_ALLOW_GROWTH=true',
    { root: false },
  );

/** TensorFlow takes all memory at once; PyTorch can do without cuDNN, which shows whether it is what fails. */
function noWay(all: Witness): FixStep[] {
  const ofTensorflow = all.of('framework').some(({ name }) => name === 'tensorflow');
  return [
    ...(ofTensorflow ? [allowGrowth()] : []),
    ...others(),
    byHand(
      'without-cudnn',
      "In PyTorch, to see whether it is cuDNN: torch.backends.cudnn.enabled = False, of attention alone torch.backends.cuda.enable_cudnn_sdp(False); then install the cuDNN that this PyTorch asks for (pip show torch | grep Requires; pip list | grep cudnn), and take other cuDNN's folders out of LD_LIBRARY_PATH",
      { alternativeTo: 'versions' },
    ),
  ];
}

function others(): FixStep[] {
  return [
    command('who', 'See whether another process holds the memory', ['nvidia-smi'], { root: false }),
    byHand(
      'versions',
      'If it stays: compare the cuDNN that is loaded with the one the framework was built for',
    ),
  ];
}
