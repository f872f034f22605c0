/** Which versions there are of the things that can be planned, as the tables have them. */
import { CUDA_RELEASES } from '../compat/cuda-releases.ts';
import { cudnnReleases } from '../compat/cudnn.ts';
import { buildsOf, frameworkNamed } from '../compat/frameworks.ts';

/** What a version can be asked of besides frameworks. */
export const PARTS = ['cuda', 'cudnn', 'nccl', 'gcc', 'python'] as const;

/** Newest first; null for a thing of which any version is taken as it is written. */
export function publishedVersions(name: string): readonly string[] | null {
  if (name === 'cuda') return CUDA_RELEASES.toReversed();
  if (name === 'cudnn') return [...new Set(cudnnReleases().map(({ cudnn }) => cudnn))];
  const framework = frameworkNamed(name);
  return framework === null ? null : [...new Set(buildsOf(framework).map(({ version }) => version))];
}

/** "CUDA", "cuDNN", "TensorFlow": as sentences name it. */
export const titleOf = (name: string): string => TITLES[name] ?? name;

const TITLES: Readonly<Record<string, string>> = {
  cuda: 'CUDA',
  cudnn: 'cuDNN',
  nccl: 'NCCL',
  python: 'Python',
  torch: 'PyTorch',
  tensorflow: 'TensorFlow',
  jax: 'JAX',
  onnxruntime: 'ONNX Runtime',
  tensorrt: 'TensorRT',
  'flash-attn': 'FlashAttention',
  vllm: 'vLLM',
};
