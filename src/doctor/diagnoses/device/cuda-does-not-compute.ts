import { reboot } from '../../fix/steps.ts';
import { failedCall } from '../../question/computing.ts';
import { KERNEL_LOG } from '../../question/kernel-log.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['compute'],
  severity: 'error',
  title: 'CUDA fails when a GPU is made to compute',
  related: ['libcuda-breaks', 'gpu-computes-wrong'],
  textSummary: 'CUDA fails when a GPU is made to compute',
  // Most numbers have a cause that another diagnosis knows.
  hears: hearing(['compute-failed'], (one) => ({
    confidence: 'likely',
    lastResort: true,
    summary: failedCall(one),
  })),
  next: KERNEL_LOG,
  remedy: () => [reboot('Restart the machine: it loads the driver anew and resets the GPUs')],
};
