import { byHand, script } from '../../fix/steps.ts';
import { buildCodeFindings } from '../../question/gpu-code.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

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
  hears: hearing(['architectures'], (one) => ofArchitectures(one)),
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

/** PyTorch's own words are torch-cuda-arch-unsupported's; here packages speak that were built for newer GPUs alone. */
function ofArchitectures({ speaker, outcome, wanted, there }: TestimonyOf<'architectures'>): Heard | null {
  const name = SPEAKERS[speaker];
  if (name === undefined || outcome !== 'unsupported') return null;
  const least = there?.[0];
  return {
    confidence: 'certain',
    namesCause: true,
    summary:
      `${name} has no code for ${wanted[0] === undefined ? 'this GPU' : `compute capability ${wanted[0]}`}` +
      (least === undefined ? '' : `: it begins with ${least}`),
  };
}

const SPEAKERS: Readonly<Record<string, string>> = {
  'flash-attn': 'flash-attention',
  vllm: 'vLLM, in this precision,',
  tensorflow: 'TensorFlow',
};
