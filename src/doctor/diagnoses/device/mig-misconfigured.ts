import { byHand, command, script } from '../../fix/steps.ts';
import { dividedIntoNothing } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition, type TextDetail } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The GPU is divided (MIG) and no part is usable',
  related: ['cuda-visible-devices-empty'],
  textSummary: 'MIG is on, and no instance is there to be used',
  hears: hearing(['trouble'], (one) =>
    heardTrouble(one, {
      'no-mig-device': { confidence: 'likely', namesCause: true },
      'mig-refused': { confidence: 'certain', namesCause: true, ...refused(one.detail) },
      'mig-not-uniform': {
        confidence: 'certain',
        namesCause: true,
        summary:
          'The GPUs of this node are not divided alike, and who lends them was told that they are (mig-strategy=single)',
        fix: [
          command('see-mig', 'On the node: see how each GPU is divided', ['nvidia-smi', '-L'], {
            root: false,
          }),
          byHand(
            'divide-alike',
            "Divide all GPUs of the node alike (with NVIDIA's operator: the label nvidia.com/mig.config of the node)",
          ),
          byHand('mixed-strategy', 'Or let them be asked for by their kind: mig-strategy=mixed', {
            alternativeTo: 'divide-alike',
          }),
        ],
      },
    }),
  ),
  judge: (facts) => dividedIntoNothing(facts),
  remedy: () => [
    command('see-mig', 'See what instances there are', ['nvidia-smi', '-L'], { root: false }),
    command('see-profiles', 'See into which instances this GPU can be divided', [
      'nvidia-smi',
      'mig',
      '-lgip',
    ]),
    command('make-instance', 'Make one of the whole GPU (profile 0), or of another profile in this list', [
      'nvidia-smi',
      'mig',
      '-cgi',
      '0',
      '-C',
    ]),
    command('mig-off', 'Or switch MIG off', ['nvidia-smi', '-mig', '0'], { alternativeTo: 'make-instance' }),
  ],
};

/** By NVML's reason. */
function refused(reason: string | null): TextDetail {
  const see = command('see-instances', 'See which instances there are', [
    'nvidia-smi',
    'mig',
    '-lgi',
    '-lci',
  ]);
  if (reason === 'Insufficient Resources')
    return {
      summary: 'The GPU has no room for another instance of this size: those that are there take it',
      fix: [
        see,
        command('see-profiles', 'See for which sizes there is room', ['nvidia-smi', 'mig', '-lgip']),
        byHand(
          'take-away',
          'Take away what is not needed, compute instances first (nvidia-smi mig -dci, then -dgi, with the numbers of that list)',
          { root: true },
        ),
      ],
    };
  if (reason === 'Not Supported')
    return {
      summary: 'This GPU, or its driver, does not know MIG, or not a division of this kind',
      fix: [
        command('see-profiles', 'See into which instances it can be divided', ['nvidia-smi', 'mig', '-lgip']),
      ],
    };
  return {
    summary: 'The division of the GPU (MIG) was refused: programs use it, or an instance of it',
    fix: [
      script(
        'see-users',
        'See which programs use it, services that watch it too, and end them',
        'fuser -v /dev/nvidia*',
      ),
      see,
      byHand(
        'try-again',
        'Then try again; to enter or leave MIG mode it is reset, or the machine restarted',
        {
          root: true,
        },
      ),
    ],
  };
}
