import { byHand, command, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The memory of the GPU is used up',
  causes: [{ code: 'cudnn-init-failed' }],
  related: ['exclusive-mode', 'cudnn-init-failed'],
  text: [
    {
      literal: 'cuda out of memory',
      pattern: /CUDA out of memory/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: ['out_of_memory', 'cudaerrormemoryallocation'],
      pattern: /CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'oom when allocating',
      pattern: /OOM when allocating tensor/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: ['out of memory', 'outofmemoryerror'],
      pattern: /CUDA.{0,60}out of memory|outofmemoryerror/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: () => [
    command(
      'who',
      'See which process holds the memory (nvidia-smi lists them), and end what you do not need',
      ['nvidia-smi'],
      { root: false },
    ),
    byHand('smaller', 'Make batches or input smaller (darknet: raise subdivisions)'),
    script(
      'growth',
      'TensorFlow takes all memory at once: let it grow',
      'export TF_FORCE_GPU_ALLOW_GROWTH=true',
      { root: false },
    ),
  ],
};
