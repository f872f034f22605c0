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
  hears: hearing(['version-mismatch', 'missing-library'], (one, _all, facts) => {
    if (one.kind === 'missing-library')
      // A target of CMake's that newer toolkits do not fill: their NVTX is headers alone.
      return one.by === 'linker' && one.asker === 'torch' && one.soname.startsWith('libnvToolsExt')
        ? {
            confidence: 'likely',
            namesCause: true,
            rank: 3,
            summary:
              "PyTorch's files for CMake ask for nvToolsExt, which the toolkit here no longer brings: that PyTorch was built with an older CUDA",
          }
        : null;
    const { of, found, expected } = one;
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
