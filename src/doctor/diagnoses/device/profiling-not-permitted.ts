import { rebuildInitramfs } from '../../fix/system.ts';
import { byHand, command, reboot, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'warning',
  title: "The GPU's performance counters are closed to ordinary users",
  related: ['device-permission-denied'],
  textSummary:
    "The GPU's performance counters may be read by the administrator alone; programs run all the same, only profilers need them",
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'cupti ERR_NVGPUCTRPERM': { confidence: 'certain', namesCause: true },
      'cupti CUPTI_ERROR_INSUFFICIENT_PRIVILEGES': { confidence: 'certain', namesCause: true },
      'cuda permission': { confidence: 'possible', namesCause: true },
    }),
  ),
  remedy: (facts) => [
    script(
      'see-restriction',
      'See whether they are closed: 1 is yes',
      'grep RmProfilingAdminOnly /proc/driver/nvidia/params',
      {
        root: false,
      },
    ),
    script(
      'open-counters',
      'Open them to all users of this machine (they can tell what others compute)',
      "echo 'options nvidia NVreg_RestrictProfilingToAdminUsers=0' | sudo tee /etc/modprobe.d/nvidia-profiling.conf",
    ),
    rebuildInitramfs(facts, 'Let the kernel start with it'),
    reboot(),
    byHand(
      'as-administrator',
      'Or run the profiler with sudo; in a container, start that with --cap-add=SYS_ADMIN',
      { alternativeTo: 'open-counters' },
    ),
    command('see-driver', 'See the driver that closes them', ['nvidia-smi'], { root: false }),
  ],
};
