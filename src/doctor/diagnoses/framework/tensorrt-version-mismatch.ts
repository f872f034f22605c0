import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'A TensorRT engine was built with another TensorRT',
  related: ['cuda-lib-not-found', 'gpu-arch-not-in-build'],
  textSummary: 'The engine was built with another TensorRT than the one that loads it',
  hears: hearing(['version-mismatch'], ({ of, found, expected }) =>
    of === 'tensorrt'
      ? {
          confidence: 'certain',
          namesCause: true,
          summary: `The engine is of TensorRT ${found ?? 'another version'}, the library that loads it is ${expected ?? 'another one'}`,
        }
      : null,
  ),
  remedy: () => [
    byHand(
      'rebuild-engine',
      'Build the engine anew from the model, on this machine, with the TensorRT that loads it',
    ),
    script(
      'see-tensorrt',
      'See which TensorRT is loaded',
      'python -c "import tensorrt; print(tensorrt.__version__)"',
      {
        root: false,
      },
    ),
  ],
};
