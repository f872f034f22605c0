import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: "darknet's Makefile looks for CUDA elsewhere",
  related: ['toolkit-missing', 'cuda-home-wrong'],
  textSummary: "darknet's Makefile expects CUDA in /usr/local/cuda and does not find it there",
  text: [
    {
      literal: 'darknet.h',
      pattern: /darknet\.h:\d{1,4}(?::\d{1,4})?: (?:fatal )?error: cuda_runtime\.h: No such file/i,
      confidence: 'certain',
      namesCause: true,
      rank: 6,
    },
    {
      literal: '/usr/local/cuda/bin/nvcc',
      pattern: /\/usr\/local\/cuda\/bin\/nvcc: (?:not found|No such file)/i,
      confidence: 'likely',
      namesCause: true,
      rank: 4,
    },
  ],
  remedy: () => [
    script(
      'run',
      'Build in a prefix and name it',
      'gpu-setup run cuda10 -- sh -c \'make NVCC="$CUDA_HOME/bin/nvcc" COMMON="-Iinclude/ -Isrc/ -DGPU -I$CUDA_HOME/include"\'',
      { root: false },
    ),
    script(
      'link',
      'Or make the link that the Makefile expects (ls -d /usr/local/cuda-* shows what there is)',
      'ln -s /usr/local/cuda-8.0 /usr/local/cuda',
      { alternativeTo: 'run' },
    ),
  ],
};
