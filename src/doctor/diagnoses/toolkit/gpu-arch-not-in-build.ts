import { byHand, script } from '../../fix/steps.ts';
import { buildCodeFindings } from '../../question/gpu-code.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The program has no code for this GPU',
  related: ['torch-cuda-arch-unsupported', 'gpu-too-new-for-cuda', 'ptx-toolchain-unsupported'],
  textSummary: 'The program was built without code for this GPU',
  hears: hearing(['architectures', 'error-code'], (one) =>
    one.kind === 'architectures'
      ? ofArchitectures(one)
      : heardError(one, {
          'cuda 209': { confidence: 'certain', namesCause: true },
          'cuda 98': { confidence: 'likely', namesCause: true },
        }),
  ),
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
