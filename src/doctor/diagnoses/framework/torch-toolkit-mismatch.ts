import { majorMinor } from '../../../compat/dotted-version.ts';
import { command } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'The toolkit is of another CUDA than PyTorch',
  related: ['mixed-cuda-on-path', 'cuda-home-wrong', 'extension-built-for-other-torch'],
  textSummary: 'An extension is built with another CUDA than the PyTorch that it is for',
  hears: hearing(['version-mismatch'], ({ of, found, expected }, _all, facts) => {
    if (of !== 'cuda-of-framework' || (found === null && expected === null)) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `PyTorch was built with ${named(expected)}, the toolkit here is ${named(found)}`,
      fix: expected === null ? [] : supplyCuda({ cuda: majorMinor(expected) ?? expected }, facts),
    };
  }),
  remedy: (facts) => [
    command(
      'see-both',
      'See which CUDA PyTorch was built with: the toolkit must be of that release',
      ['python', '-c', 'import torch; print(torch.__version__, torch.version.cuda)'],
      { root: false },
    ),
    ...supplyCuda({ cuda: null }, facts),
  ],
};

const named = (cuda: string | null): string => (cuda === null ? 'another CUDA' : `CUDA ${cuda}`);
