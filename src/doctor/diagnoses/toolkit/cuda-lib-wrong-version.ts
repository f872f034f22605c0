import { supplyLibrary } from '../../fix/library.ts';
import { byHand, inPlaceOf, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The CUDA library is there in another version',
  related: ['cuda-lib-not-found', 'tf-built-for-other-cuda', 'conda-shadows-cuda'],
  textSummary: 'The program was built for another CUDA than the one it finds here',
  text: [
    {
      literal: 'importerror: lib',
      pattern:
        /ImportError: lib(?:cudart|cublas|cufft|curand|cusolver|cusparse)\.so\.[\d.]{1,8}: cannot open shared object file/i,
      confidence: 'likely',
      namesCause: true,
      rank: 3,
      detail: ([line], facts) => ({
        summary: `The Python package was built for the CUDA of ${line.split(' ')[1]!.replace(/:$/, '')}, which is not here`,
        fix: supplyLibrary(line.split(' ')[1]!.replace(/:$/, ''), facts, 'python'),
      }),
    },
    {
      literal: 'undefined symbol',
      pattern:
        /lib(?:cudart|cublas|cublasLt|cusparse|cusolver|nvrtc|nvJitLink)\.so[\d.]{0,8}: undefined symbol/i,
      confidence: 'likely',
      namesCause: true,
      rank: 1,
    },
    {
      literal: 'version `lib',
      pattern: /lib(?:cudart|cublas|cublasLt)\.so[\d.]{0,8}: version `lib\w{3,20}\.so[\d.]{0,8}' not found/i,
      confidence: 'certain',
      namesCause: true,
      rank: 1,
    },
    {
      literal: 'mismatches the version that was used',
      pattern:
        /detected CUDA version \(([\d.]{1,8})\) mismatches the version that was used to compile PyTorch \(([\d.]{1,8})\)/i,
      confidence: 'certain',
      namesCause: true,
      rank: 1,
      // An extension is compiled by an nvcc of the framework's own release.
      detail: ([, , theirs], facts) => ({ fix: supplyCuda({ cuda: theirs! }, facts) }),
    },
    {
      literal: 'mismatches the version that was used',
      pattern: /mismatches the version that was used to compile/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: (facts) => [
    script(
      'see-libraries',
      "See which of NVIDIA's libraries pip has brought, and in which versions",
      'pip list | grep -i nvidia',
      { root: false },
    ),
    script('no-shadow', 'Let no other CUDA stand before them', 'unset LD_LIBRARY_PATH', { root: false }),
    ...inPlaceOf('no-shadow', [
      byHand('other-package', 'Or take the package that was built for the CUDA that is here'),
      ...supplyCuda({ cuda: null }, facts),
    ]),
  ],
};
