import { byHand, script } from '../../fix/steps.ts';
import { buildCodeFindings } from '../../question/gpu-code.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The program has no code for this GPU',
  related: ['torch-cuda-arch-unsupported', 'gpu-too-new-for-cuda', 'ptx-toolchain-unsupported'],
  textSummary: 'The program was built without code for this GPU',
  text: [
    {
      literal: 'no kernel image is available',
      pattern: /no kernel image is available for execution/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: ['nokernelimagefordevice', 'cuda_error_no_binary_for_gpu'],
      pattern: /cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'invalid device function',
      pattern: /invalid device function/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  judge: (facts, question) => buildCodeFindings(facts, question, (framework) => framework !== 'torch'),
  remedy: () => [
    script(
      'rebuild',
      'Build again with the architecture of this GPU (GTX 1660 Ti: 75)',
      'make ARCH="-gencode arch=compute_75,code=[sm_75,compute_75]"   # CMake: -DCMAKE_CUDA_ARCHITECTURES=75',
      { root: false },
    ),
    byHand('other-build', "Or take a build that names your GPU's architecture", { alternativeTo: 'rebuild' }),
  ],
};
