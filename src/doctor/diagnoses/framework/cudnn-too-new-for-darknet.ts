import { byHand, command, inPlaceOf } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
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
  remedy: (facts) => {
    const older = supplyCuda({ cuda: null, cudnn: LAST_WITH_THEM }, facts);
    return [
      ...older,
      ...inPlaceOf(older[0]!.id, [
        byHand('newer-darknet', "Or take a darknet that knows newer ones (AlexeyAB's)"),
        command('no-cudnn', 'Or build without cuDNN', ['make', 'CUDNN=0'], { root: false }),
      ]),
    ];
  },
};

/** The last major of cuDNN that had these functions (its release notes: removed in the next one). */
const LAST_WITH_THEM = '7';
