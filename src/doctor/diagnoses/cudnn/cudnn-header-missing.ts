import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['cudnn'],
  severity: 'error',
  title: 'A header of cuDNN is missing',
  related: ['cudnn-missing', 'cudnn-version-mismatch'],
  textSummary: 'The build does not find a header of cuDNN',
  hears: hearing(['missing-header'], ({ header }) =>
    /^cudnn\w{0,40}\.h$/.test(header)
      ? {
          confidence: 'certain',
          namesCause: true,
          rank: 5,
          summary: `The build does not find ${header}, a header of cuDNN`,
        }
      : null,
  ),
  remedy: () => [
    script(
      'copy-all',
      'Copy all headers of the archive, not cudnn.h alone',
      'cp -P include/cudnn*.h /usr/local/cuda/include/   # cudnn_version.h and the others are new in cuDNN 8',
    ),
    script(
      'prefix',
      "Or use a prefix, which has cuDNN's headers inside",
      'gpu-setup install cuda10\ngpu-setup run cuda10 -- make',
      { root: false, alternativeTo: 'copy-all' },
    ),
  ],
};
