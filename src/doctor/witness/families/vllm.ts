/**
 * vLLM, as it starts: it measures the memory that is left, and asks the GPU for its compute capability.
 *
 *     ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.
 *     ValueError: Free memory on device cuda:0 (5.2/23.6 GiB) on startup is less than desired GPU memory utilization (0.9, 21.24 GiB).
 *     ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 80. Current capability: 75.
 */
import { familyOf, type Sentence } from '../family.ts';
import { outOfMemory, troubled } from '../said.ts';
import { dottedCapability } from '../versions.ts';

const SENTENCES: readonly Sentence[] = [
  {
    // Bfloat16 is only supported on GPUs with compute capability of at least 8.0. Your Tesla T4 GPU has compute capability 7.5.
    literal: 'compute capability of at least',
    pattern:
      /GPUs? with compute capability of at least (\d{1,2}\.\d)\. Your (.{2,60}?) GPU has compute capability (\d{1,2}\.\d)/i,
    says: ([, least, name, cc]) => [
      { kind: 'gpu', name: name!.trim(), computeCapability: cc! },
      { kind: 'architectures', wanted: [cc!], there: [least!], speaker: 'vllm', outcome: 'unsupported' },
    ],
  },
  {
    // The last: a model whose longest request does not fit into what is left, of 0.3 to 0.11
    literal: [
      'no available memory for the cache blocks',
      'is less than desired gpu memory utilization',
      'error in memory profiling',
      'larger than the available kv cache memory',
      'tokens that can be stored in kv cache',
    ],
    pattern:
      /No available memory for the cache blocks|Error in memory profiling\.|KV cache is needed, which is larger than the available KV cache memory|maximum number of tokens that can be stored in KV cache|Free memory on device (?:cuda:\d{1,2} )?\([\d./ GiB]{3,40}\) on startup is less than desired GPU memory utilization/i,
    says: () => outOfMemory(),
  },
  {
    // Kernels that its build holds for some GPUs only
    literal: 'cuda device capability: ',
    pattern: /No compiled [\w ]{3,60}? for .{0,60}?CUDA device capability: (\d{2,3})/i,
    says: ([, own]) => ({
      kind: 'architectures',
      wanted: [dottedCapability(own!)],
      there: null,
      speaker: 'vllm build',
      outcome: 'no-kernel',
    }),
  },
  {
    // Selected backend FLASHMLA is not valid for this configuration. Reason: ['compute capability not supported']
    literal: 'is not valid for this configuration. reason: ',
    pattern: /is not valid for this configuration\. Reason: \[[^\]]{0,200}compute capability not supported/i,
    says: () => ({
      kind: 'architectures',
      wanted: [],
      there: null,
      speaker: 'vllm backend',
      outcome: 'unsupported',
    }),
  },
  troubled('no-gpu-seen', 'failed to infer device type', /Failed to infer device type/i, () => 'vllm'),
  {
    literal: 'not supported for the current gpu. minimum capability',
    pattern:
      /not supported for the current GPU\. Minimum capability: (\d{2,3})\. Current capability: (\d{2,3})/i,
    says: ([, least, own]) => ({
      kind: 'architectures',
      wanted: [dottedCapability(own!)],
      there: [dottedCapability(least!)],
      speaker: 'vllm',
      outcome: 'unsupported',
    }),
  },
];

export const family = familyOf('vLLM', SENTENCES);
