import { exactCudnn } from '../../fix/cudnn.ts';
import { script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
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
      detail: ([, loaded, wanted], facts) => ({
        summary: `cuDNN ${dotted(loaded!)} is loaded, the program was built with ${dotted(wanted!)}`,
        fix: exactCudnn(dotted(wanted!), facts),
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
  remedy: (facts) => [
    script(
      'see-cudnn',
      'See which cuDNN is loaded, and from where: the framework names the one that it was built with',
      'ldconfig -p | grep libcudnn',
      { root: false },
    ),
    ...supplyCuda({ cuda: null, withCudnn: true }, facts),
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
