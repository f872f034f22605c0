import { ask, byHand, command, reboot } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'CUDA does not start although the driver runs',
  related: ['uvm-missing', 'driver-library-mismatch', 'rm-init-failed'],
  textSummary:
    'CUDA does not start (unknown error): most often nvidia-uvm did not survive a suspend, or is not loaded',
  hears: hearing(['error-code', 'hardware'], (one, all) => {
    if (one.kind === 'hardware')
      return one.what === 'suspend-lost-memory'
        ? {
            confidence: 'certain',
            namesCause: true,
            summary:
              "The driver's memory was not kept over a suspend: CUDA does not start until it is loaded anew",
          }
        : null;
    const slept = all.of('hardware').filter(({ what }) => what === 'suspended');
    return heardError(one, {
      'cuda 3': {
        confidence: 'possible',
        rank: 4,
        summary: 'CUDA does not start: the driver runs and refuses, or nvidia-uvm is not loaded',
      },
      'cuda 999': { confidence: slept.length > 0 ? 'likely' : 'possible', rank: 4, also: slept.slice(-1) },
    });
  }),
  next: [
    ask(
      'Was the machine suspended since the last start, and is nvidia_uvm loaded?',
      'sh',
      '-c',
      'lsmod | grep nvidia_uvm; journalctl -b -k | grep -i "PM: suspend"',
    ),
  ],
  remedy: () => [
    command('reload-uvm', 'End the programs that use CUDA, and unload nvidia-uvm', [
      'modprobe',
      '-r',
      'nvidia_uvm',
    ]),
    command('load-uvm', 'Load it anew', ['modprobe', 'nvidia_uvm']),
    { ...reboot('Or restart the machine'), alternativeTo: 'reload-uvm' },
    byHand(
      'keep-memory',
      'To prevent it: let the driver keep its memory over a suspend (NVreg_PreserveVideoMemoryAllocations=1, and its services nvidia-suspend, nvidia-resume, nvidia-hibernate)',
      { root: true },
    ),
  ],
};
