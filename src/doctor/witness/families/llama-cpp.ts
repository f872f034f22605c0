/**
 * llama.cpp and what is built on ggml (ollama, whisper.cpp): the architectures are CUDA's own numbers times ten.
 *
 *     ggml-cuda.cu:394: ERROR: CUDA kernel mul_mat_q has no device code compatible with CUDA arch 520. ggml-cuda.cu was compiled for: 520
 *     flash_attn_ext_f16 has no device code compatible with CUDA arch 750
 *     ggml_cuda_init: failed to initialize CUDA: (null)
 */
import { familyOf, type Sentence } from '../family.ts';
import { outOfMemory } from '../said.ts';
import { dottedCapability } from '../versions.ts';

/** "610" -> "6.1", "1200" -> "12.0" */
const ofArch = (arch: string): string => dottedCapability(arch.slice(0, -1));

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'no device code compatible with cuda arch',
    pattern:
      /no device code compatible with CUDA arch (\d{3,4})(?:\. \S{1,80} was compiled for: (\d{3,4}(?:, ?\d{3,4}){0,20}))?/i,
    // The number is that of the code which the driver chose (__CUDA_ARCH__), not the GPU's own.
    says: ([, chosen, there]) => ({
      kind: 'architectures',
      wanted: [],
      there: (there ?? chosen!).split(/, ?/).map(ofArch),
      speaker: 'llama.cpp',
      outcome: 'no-kernel',
    }),
  },
  {
    // ggml's back end and its allocator, and llama.cpp where it loads a model
    literal: ['to allocate cuda', 'cudamalloc failed'],
    pattern:
      /(?:unable|failed) to allocate CUDA\d{1,2} buffer|allocating [\d.]{1,12} MiB on device \d{1,2}: cudaMalloc failed/i,
    says: () => outOfMemory(),
  },
];

export const family = familyOf('llama.cpp', SENTENCES, [
  { literal: ['ggml_cuda_init', 'ggml_init_cublas'], pattern: /ggml_(?:cuda_init|init_cublas): failed/i },
]);
