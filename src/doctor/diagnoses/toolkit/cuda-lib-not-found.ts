import { ask, script } from '../../fix/steps.ts';
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
      detail: ([line]) => ({
        summary: `The loader does not find ${line.split(':')[0]}, which the program was linked with`,
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
      detail: ([, name]) => ({
        summary: `The linker does not find lib${name}: the folder of the toolkit's libraries is not on its path`,
      }),
    },
    {
      literal: '=> not found',
      pattern: /lib(?:cudart|cublas|cufft|curand|cusolver|cusparse)\.so\.[\d.]{1,8} => not found/i,
      confidence: 'likely',
      namesCause: true,
      rank: 1,
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
  remedy: () => [
    script(
      'find',
      'See whether the library is there, and in which version',
      'ls /usr/local/cuda*/lib64/ | grep -E "cudart|cublas"; gpu-setup list',
      { root: false },
    ),
    script(
      'ld-library-path',
      'It is there: let the loader look',
      'export LD_LIBRARY_PATH=/usr/local/cuda/lib64:$LD_LIBRARY_PATH   # for all users: echo /usr/local/cuda/lib64 > /etc/ld.so.conf.d/cuda.conf; ldconfig',
      { root: false },
    ),
    script(
      'install',
      'It is not: install that CUDA beside the others, and run the program in it',
      'gpu-setup install cuda10   # the version that the file name says\ngpu-setup run cuda10 -- PROGRAM',
      { root: false },
    ),
  ],
};
