import { command } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The GPU is in exclusive mode and taken',
  related: ['out-of-gpu-memory', 'cuda-visible-devices-empty'],
  textSummary: 'Another process holds the GPU, which is in exclusive mode',
  text: [
    {
      literal: 'busy or unavailable',
      pattern: /all CUDA-capable devices are busy or unavailable/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'devicesunavailable',
      pattern: /cudaErrorDevicesUnavailable/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'cuda_error_device_unavailable',
      pattern: /CUDA_ERROR_DEVICE_UNAVAILABLE/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  remedy: () => [
    command('who', 'See which process holds it', ['nvidia-smi'], { root: false }),
    command('compute-mode', 'Let several processes share it', ['nvidia-smi', '--compute-mode=DEFAULT']),
  ],
};
