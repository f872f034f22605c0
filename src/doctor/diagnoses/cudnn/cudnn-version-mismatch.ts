import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['cudnn'],
  severity: 'error',
  title: 'cuDNN is of another version than the program was built with',
  causes: [{ code: 'cudnn-init-failed' }],
  related: ['cudnn-missing', 'cudnn-init-failed', 'tf-built-for-other-cuda'],
  text: [
    {
      literal: 'loaded runtime cudnn library',
      pattern: /Loaded runtime CuDNN library: ([\d.]{3,12}).{0,60}compiled with:? ([\d.]{3,12})/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([, loaded, wanted]) => ({
        summary: `cuDNN ${dotted(loaded!)} is loaded, the program was built with ${dotted(wanted!)}`,
      }),
    },
    {
      literal: 'version_mismatch',
      pattern: /CUDNN_STATUS_(?:SUBLIBRARY_)?VERSION_MISMATCH/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'cudnn version incompatibility',
      pattern: /cuDNN version incompatibility/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: () => [
    script(
      'exact-cudnn',
      'Install the version that the program was built with: downgrade or upgrade to it',
      'apt list -a libcudnn7\napt install libcudnn7=7.0.5.15-1+cuda9.0   # the version and +cudaX.Y that the message asks for',
    ),
    script(
      'prefix',
      'Or run it in a prefix with that cuDNN',
      'gpu-setup install cuda9      # cuDNN 7.0; cuda10: 7.5\ngpu-setup run cuda9 -- PROGRAM',
      { root: false, alternativeTo: 'exact-cudnn' },
    ),
    script(
      'pip-cudnn',
      'cuDNN from pip: take the version that the framework names',
      'pip install "nvidia-cudnn-cu12==9.3.*"',
      { root: false, alternativeTo: 'exact-cudnn' },
    ),
  ],
};

/** 7101 -> "7.1.1", 90100 -> "9.1.0"; what has dots already stays. */
function dotted(version: string): string {
  if (version.includes('.')) return version.replace(/\.$/, '');
  const number = Number(version);
  return number >= 90_000
    ? `${Math.floor(number / 10_000)}.${Math.floor(number / 100) % 100}.${number % 100}`
    : `${Math.floor(number / 1000)}.${Math.floor(number / 100) % 10}.${number % 100}`;
}
