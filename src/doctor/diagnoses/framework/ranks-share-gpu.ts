import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'Two processes of one job use the same GPU',
  related: ['cuda-visible-devices-empty', 'out-of-gpu-memory'],
  textSummary: 'Two ranks of one NCCL job chose the same GPU: each rank needs one of its own',
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'nccl Duplicate GPU detected': { confidence: 'certain', namesCause: true, rank: 2 },
    }),
  ),
  remedy: () => [
    command(
      'count-gpus',
      'See how many GPUs there are: start no more processes on this machine',
      ['nvidia-smi', '-L'],
      {
        root: false,
      },
    ),
    script(
      'see-visible',
      'See whether a variable leaves fewer of them to each process',
      'echo "$CUDA_VISIBLE_DEVICES $NVIDIA_VISIBLE_DEVICES"',
      { root: false },
    ),
    byHand(
      'device-per-rank',
      'Let each process choose its own before the first collective call: torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))',
    ),
  ],
};
