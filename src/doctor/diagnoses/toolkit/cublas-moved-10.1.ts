import { multiarchFolder } from '../../fix/architecture.ts';
import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'cuBLAS of CUDA 10.1 lies outside the toolkit',
  related: ['cuda-lib-not-found', 'tf-built-for-other-cuda'],
  textSummary: "CUDA 10.1 and 10.2 put cuBLAS into the system's folders, and the build looks in the toolkit",
  text: [
    {
      literal: 'libcublas.so.10.',
      pattern: /Cannot find cuda library libcublas\.so\.10\.[12]/i,
      confidence: 'certain',
      namesCause: true,
      rank: 5,
    },
    {
      literal: 'cannot find cuda library',
      pattern: /Cannot find cuda library libcublas/i,
      confidence: 'likely',
      namesCause: true,
      rank: 4,
    },
    {
      literal: 'cublas_v2.h',
      pattern: /cublas_v2\.h: No such file/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  hears: hearing(['missing-library'], ({ soname }) =>
    // No such name exists: only a build that looks for it in the toolkit's folder makes it up.
    /^libcublas\.so\.10\.[12]/.test(soname) ? { confidence: 'likely', namesCause: true, rank: 5 } : null,
  ),
  remedy: (facts) => [
    script(
      'prefix',
      'Use a prefix, where cuBLAS lies in lib64 as everywhere else',
      'gpu-setup install cuda@10.1\ngpu-setup run cuda-10.1 -- make',
      { root: false },
    ),
    script(
      'link',
      "Or link it to where the build looks (NVIDIA put it into the system's own folders and /usr/include)",
      `ln -s ${multiarchFolder(facts)}/libcublas.so* /usr/local/cuda-10.1/lib64/`,
      { alternativeTo: 'prefix' },
    ),
  ],
};
