import { byHand, script } from '../../fix/steps.ts';
import { toolkitCodeFindings } from '../../question/gpu-code.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'This toolkit no longer knows the architecture',
  related: ['gpu-too-new-for-cuda', 'gpu-arch-not-in-build'],
  textSummary: 'The build asks nvcc for a GPU architecture that this toolkit does not know',
  text: [
    {
      literal: 'unsupported gpu architecture',
      pattern: /Unsupported gpu architecture '(?:compute|sm)_(\d{2,3})'/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([, arch]) => ({
        summary:
          Number(arch) >= 70
            ? `This nvcc is older than compute_${arch} and does not know it`
            : `This nvcc no longer knows compute_${arch}: the toolkit is too new for that GPU, or the build names an architecture nobody needs`,
      }),
    },
    {
      literal: "is not defined for option 'gpu-",
      pattern: /Value '(?:sm|compute)_\d{2,3}' is not defined for option 'gpu-(?:architecture|code)'/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  judge: (facts, question) => toolkitCodeFindings(facts, question, 'gpu-dropped'),
  remedy: () => [
    byHand(
      'drop-arch',
      "Take the architecture out of the build's list (ARCH in darknet's Makefile: the line with compute_30) and keep your GPU's",
    ),
    script(
      'older-toolkit',
      'If your GPU is that old: take an older toolkit beside it',
      'gpu-setup install cuda10   # knows compute_30 to 75',
      { root: false },
    ),
    script(
      'newer-toolkit',
      'If the number is above what nvcc knows: take a newer toolkit',
      'gpu-setup install cuda12',
      { root: false, alternativeTo: 'older-toolkit' },
    ),
  ],
};
