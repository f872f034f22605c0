import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['cudnn'],
  severity: 'error',
  title: 'A header of cuDNN is missing',
  related: ['cudnn-missing', 'cudnn-version-mismatch'],
  textSummary: 'The build does not find a header of cuDNN',
  text: [
    {
      literal: 'cudnn_version.h',
      pattern: /cudnn_version\.h: No such file or directory/i,
      confidence: 'certain',
      namesCause: true,
      rank: 5,
    },
    {
      literal: 'cudnn',
      pattern: /cudnn_\w{2,20}\.h: No such file or directory/i,
      confidence: 'certain',
      namesCause: true,
      rank: 4,
    },
    {
      literal: 'cudnn.h',
      pattern: /\bcudnn\.h: No such file or directory|Cannot find cudnn\.h/i,
      confidence: 'likely',
      namesCause: true,
      rank: 3,
    },
  ],
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
