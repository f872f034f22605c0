import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'warning',
  title: 'A program asks for something that this GPU, or its surroundings, do not offer',
  explainedBy: [{ code: 'gpu-arch-not-in-build' }, { code: 'driver-too-old-for-cuda' }],
  related: ['gpu-arch-not-in-build', 'pcie-acs-breaks-p2p', 'driver-too-old-for-cuda'],
  textSummary:
    'A program asks for something that this GPU, its driver or its surroundings (WSL, a container, a virtual machine) do not offer',
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'any feature': { confidence: 'possible', namesCause: true },
      'cuda topology': {
        confidence: 'likely',
        namesCause: true,
        summary:
          'These GPUs cannot reach each other directly: a program asked for it without asking first whether they can',
      },
    }),
  ),
  remedy: () => [
    command('see-gpu', 'See the GPU, its driver and its compute mode', ['nvidia-smi', '-q'], { root: false }),
    command('see-topology', 'See how the GPUs are connected', ['nvidia-smi', 'topo', '-p2p', 'r'], {
      root: false,
    }),
    byHand(
      'switch-off',
      'Switch it off in the program: most frameworks have a variable or an option for it (NCCL_P2P_DISABLE=1 for direct access between GPUs)',
    ),
  ],
};
