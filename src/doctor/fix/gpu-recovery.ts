/** What to do about a GPU that reports an error: the actions of the tables as steps. */
import type { XidAction } from '../../compat/xid.ts';
import type { FixStep } from '../types.ts';
import { byHand, command, inPlaceOf, reboot } from './steps.ts';

/** End what runs on it, reset it; a machine that can be restarted does not need that. */
export const resetGpu = (pci: string | null = null): FixStep[] => [
  command('who-uses-it', 'See which programs run on the GPU, and end them', ['nvidia-smi'], { root: false }),
  command(
    'gpu-reset',
    'Reset the GPU, with no program on it',
    pci === null ? ['nvidia-smi', '--gpu-reset'] : ['nvidia-smi', '--gpu-reset', '-i', `${pci}.0`],
  ),
  ...inPlaceOf('gpu-reset', [
    reboot('Or restart the machine: where GPUs are joined by NVLink they are reset together'),
  ]),
];

const again = byHand(
  'support',
  'If it comes again: note the lines with the Xid, and have the card looked at by its maker',
);

export function stepsFor(action: XidAction, pci: string | null): FixStep[] {
  switch (action) {
    case 'restart-program':
      return [byHand('restart-program', 'Start the program again; only it was ended')];
    case 'reset-gpu':
    case 'as-named':
      return [...resetGpu(pci), again];
    case 'restart-machine':
    case 'restart-vm':
      return [reboot(action === 'restart-vm' ? 'Restart the virtual machine' : 'Restart the machine'), again];
    case 'power-cycle':
      return [
        byHand(
          'power-cycle',
          'Switch the machine off, wait, and start it: a restart alone may not bring it back',
          {
            reboot: true,
          },
        ),
        again,
      ];
    case 'check-cables':
      return [
        byHand('cables', 'Switch off; check that all power cables of the card are plugged in, and its seat'),
      ];
    case 'update-driver':
      return [byHand('update', 'Bring driver, hypervisor and firmware to versions that fit together'), again];
    case 'support':
      return [again];
    case 'see-154':
      return [
        byHand(
          'restart-program',
          'Start the program again; where an Xid 154 follows, do what that one names',
        ),
        again,
      ];
    case 'ignore':
      return [byHand('nothing', 'Nothing has to be done now; watch whether it becomes more')];
  }
}
