import { byHand, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'cuDNN is too new for this darknet',
  related: ['cudnn-version-mismatch', 'opencv-too-new-for-darknet'],
  textSummary: 'This darknet uses cuDNN functions that cuDNN 8 dropped',
  text: [
    {
      literal: '_specify_workspace_limit',
      pattern: /CUDNN_CONVOLUTION_(?:FWD|BWD_\w{4,6})_SPECIFY_WORKSPACE_LIMIT/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'cudnngetconvolution',
      pattern:
        /cudnnGetConvolution(?:Forward|BackwardData|BackwardFilter)Algorithm\b.{0,60}(?:implicit declaration|not declared|undeclared)|implicit declaration of function .cudnnGetConvolution/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: () => [
    script(
      'cudnn7',
      'Build in a prefix with cuDNN 7',
      'gpu-setup install cuda10\ngpu-setup run cuda10 -- make',
      { root: false },
    ),
    byHand('newer-darknet', "Or take a darknet that knows cuDNN 8 (AlexeyAB's)", { alternativeTo: 'cudnn7' }),
    script('no-cudnn', 'Or build without cuDNN', 'make CUDNN=0', { root: false, alternativeTo: 'cudnn7' }),
  ],
};
