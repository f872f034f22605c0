import { ask, script } from '../../fix/steps.ts';
import { kindOfLibrary } from '../../library-kind.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'A CUDA library is not found',
  related: ['cuda-lib-wrong-version', 'cublas-moved-10.1', 'tf-built-for-other-cuda'],
  textSummary: 'A program needs a CUDA library that the loader does not find',
  hears: hearing(['missing-library'], (one) => {
    const kind = kindOfLibrary(one.soname);
    if (kind !== 'cuda' && kind !== 'nccl') return null;
    return { confidence: 'likely', namesCause: true, rank: 1, summary: summaryOf(one) };
  }),
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

function summaryOf({ soname, asker, by }: TestimonyOf<'missing-library'>): string {
  if (by === 'linker')
    return `The linker does not find ${soname}: the folder of that library is not on its path`;
  const whose = asker === null ? '' : `, which ${asker} asks for`;
  return `The loader does not find ${soname}${whose}`;
}
