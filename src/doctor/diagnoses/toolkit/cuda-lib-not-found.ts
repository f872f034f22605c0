import { look, supplyLibrary } from '../../fix/library.ts';
import { ask } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'A CUDA library is not found',
  related: ['cuda-lib-wrong-version', 'cublas-moved-10.1', 'tf-built-for-other-cuda'],
  textSummary: 'A program needs a CUDA library that the loader does not find',
  text: [
    {
      literal: 'cannot open shared object file',
      pattern:
        /lib(?:cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|nvrtc|cupti|nvToolsExt|npp\w{1,6})\.so\.[\d.]{1,8}: cannot open shared object file/i,
      confidence: 'likely',
      namesCause: true,
      rank: 1,
      detail: ([line], facts) => ({
        summary: `The loader does not find ${line.split(':')[0]}, which the program was linked with`,
        fix: supplyLibrary(line.split(':')[0]!, facts, 'program'),
      }),
    },
    {
      literal: 'could not load dynamic library',
      pattern:
        /Could not load dynamic library 'lib(?:cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|nvrtc|cupti)\.so/i,
      confidence: 'likely',
      namesCause: true,
      rank: 1,
    },
    {
      literal: 'cannot find -l',
      pattern: /cannot find -l(cudart|cublas|curand|cufft|cusolver|cusparse)/i,
      confidence: 'likely',
      namesCause: true,
      rank: 1,
      detail: ([, name], facts) => ({
        summary: `The linker does not find lib${name}: the folder of the toolkit's libraries is not on its path`,
        fix: supplyLibrary(`lib${name}.so`, facts, 'program'),
      }),
    },
    {
      literal: '=> not found',
      pattern: /lib(?:cudart|cublas|cufft|curand|cusolver|cusparse)\.so\.[\d.]{1,8} => not found/i,
      confidence: 'likely',
      namesCause: true,
      rank: 1,
      detail: ([line], facts) => ({ fix: supplyLibrary(line.split(' ')[0]!, facts, 'program') }),
    },
  ],
  next: [
    ask(
      'Is the library there, in which version?',
      'sh',
      '-c',
      'ls /usr/local/cuda*/lib64/libcudart.so*; ldconfig -p | grep -E "cudart|cublas"',
    ),
  ],
  remedy: (facts) => [look('libcudart'), ...supplyCuda({ cuda: null }, facts)],
};
