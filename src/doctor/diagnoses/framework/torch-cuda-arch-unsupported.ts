import { byHand, script } from '../../fix/steps.ts';
import { buildCodeFindings } from '../../question/gpu-code.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'This PyTorch has no code for the GPU',
  causes: [{ code: 'gpu-arch-not-in-build' }],
  related: ['gpu-arch-not-in-build', 'gpu-too-new-for-cuda', 'torch-cpu-build'],
  textSummary: 'The installed PyTorch was built without code for this GPU',
  text: [
    {
      literal: 'is not compatible with the current pytorch installation',
      pattern: /with CUDA capability sm_(\d{2,3}) is not compatible with the current PyTorch installation/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([, arch]) => ({ summary: `The installed PyTorch has no code for this GPU (sm_${arch})` }),
    },
    {
      literal: 'the current pytorch install supports cuda capabilities',
      pattern: /The current PyTorch install supports CUDA capabilities/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'pytorch no longer supports this gpu',
      pattern: /PyTorch no longer supports this GPU because it is too old/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  judge: (facts, question) => buildCodeFindings(facts, question, (framework) => framework === 'torch'),
  remedy: () => [
    script(
      'other-build',
      'Install a build for a newer CUDA (RTX 30: cu110 or newer; RTX 40: cu118; RTX 50: cu128)',
      'pip install torch==1.7.1+cu110 -f https://download.pytorch.org/whl/torch_stable.html   # the version you need, with +cu110',
      { root: false },
    ),
    byHand('older-build', 'An old GPU: an older PyTorch, or one built from source', {
      alternativeTo: 'other-build',
    }),
  ],
};
