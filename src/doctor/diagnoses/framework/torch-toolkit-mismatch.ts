import { command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'The toolkit is of another CUDA than PyTorch',
  related: ['mixed-cuda-on-path', 'cuda-home-wrong', 'extension-built-for-other-torch'],
  textSummary: 'An extension is built with another CUDA than the PyTorch that it is for',
  hears: hearing(['version-mismatch'], ({ of, found, expected }) => {
    if (of !== 'cuda-of-framework' || (found === null && expected === null)) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `PyTorch was built with ${named(expected)}, the toolkit here is ${named(found)}`,
      fix: expected === null ? [] : withToolkit(expected),
    };
  }),
  remedy: () => [
    command(
      'see-both',
      'See which CUDA PyTorch was built with',
      ['python', '-c', 'import torch; print(torch.__version__, torch.version.cuda)'],
      { root: false },
    ),
    script('toolkit-of-torch', 'Build with a toolkit of that release', 'gpu-setup search cuda', {
      root: false,
    }),
  ],
};

const named = (cuda: string | null): string => (cuda === null ? 'another CUDA' : `CUDA ${cuda}`);

/** @param cuda "11.7": what the extension has to be built with */
function withToolkit(cuda: string): FixStep[] {
  return [
    command(
      'toolkit-of-torch',
      `Install the toolkit of CUDA ${cuda}, beside the other`,
      ['gpu-setup', 'install', `cuda@${cuda}`],
      { root: false },
    ),
    script(
      'build-in-it',
      'Build the extension in it',
      `gpu-setup run cuda-${cuda} -- pip install --no-build-isolation PACKAGE`,
      {
        root: false,
      },
    ),
  ];
}
