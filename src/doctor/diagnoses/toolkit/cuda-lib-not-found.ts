import { kindOfLibrary } from '../../library-kind.ts';
import { look, supplyLibrary } from '../../fix/library.ts';
import { ask } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { missingFinding, missingLibraries } from '../../question/needed-libraries.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'A CUDA library is not found',
  related: ['cuda-lib-wrong-version', 'cublas-moved-10.1', 'tf-built-for-other-cuda'],
  textSummary: 'A program needs a CUDA library that the loader does not find',
  hears: hearing(['missing-library'], (one, _all, facts) => {
    const kind = kindOfLibrary(one.soname);
    if (kind !== 'cuda' && kind !== 'nccl') return null;
    return {
      confidence: 'likely',
      namesCause: true,
      rank: 1,
      summary: summaryOf(one),
      fix: supplyLibrary(one.soname, facts, 'program'),
    };
  }),
  next: [
    ask(
      'Is the library there, in which version?',
      'sh',
      '-c',
      'ls /usr/local/cuda*/lib64/libcudart.so*; ldconfig -p | grep -E "cudart|cublas"',
    ),
  ],
  judge: (facts, question) =>
    missingLibraries(facts, question, 'cuda')
      .filter(({ others }) => others.length === 0)
      .map((missing) =>
        missingFinding(
          missing,
          `needs ${missing.library.soname}, which neither the loader finds nor pip has brought`,
          facts,
        ),
      ),
  remedy: (facts) => [look('libcudart'), ...supplyCuda({ cuda: null }, facts)],
};

function summaryOf({ soname, asker, by }: TestimonyOf<'missing-library'>): string {
  if (by === 'linker')
    return `The linker does not find ${soname}: the folder of that library is not on its path`;
  const whose = asker === null ? '' : `, which ${asker} asks for`;
  return `The loader does not find ${soname}${whose}`;
}
