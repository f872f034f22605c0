import { buildFor } from '../../fix/framework.ts';
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
      detail: ([, arch], facts) => ({
        summary: `The installed PyTorch has no code for this GPU (sm_${arch})`,
        fix: buildFor('torch', { capability: `${arch!.slice(0, -1)}.${arch!.slice(-1)}` }, facts),
      }),
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
  remedy: (facts) => buildFor('torch', {}, facts),
};
