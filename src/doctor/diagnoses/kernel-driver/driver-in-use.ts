import { command, reboot, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { isOfDriver } from '../../witness/kernel-modules.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'The driver cannot be replaced while it is in use',
  // What it was to cure is what is wrong; that it could not be done yet follows.
  explainedBy: [
    { code: 'driver-library-mismatch' },
    { code: 'runfile-and-apt-mixed' },
    { code: 'module-build-failed' },
    { code: 'module-not-built-for-kernel' },
  ],
  related: ['driver-library-mismatch', 'runfile-and-apt-mixed'],
  textSummary: 'Programs use the driver that is loaded: a display server, the persistence daemon, containers',
  hears: hearing(['module-load'], ({ why, module, detail }) =>
    why === 'in-use' && isOfDriver(module)
      ? {
          confidence: 'certain',
          namesCause: true,
          rank: 3,
          summary:
            detail === null
              ? `${module} is loaded and in use: a display server, the persistence daemon, a container or a program holds it`
              : `${module} is loaded and in use by ${detail}`,
        }
      : null,
  ),
  remedy: () => steps(),
};

const steps = (): FixStep[] => [
  script('see-users', 'See which programs use it', 'fuser -v /dev/nvidia*'),
  command('no-display', 'End the display server, from a console or over ssh', [
    'systemctl',
    'isolate',
    'multi-user.target',
  ]),
  command('no-persistence', 'Stop what keeps the driver started', [
    'systemctl',
    'stop',
    'nvidia-persistenced',
  ]),
  script(
    'unload',
    'End what else is listed, and take the modules out, in this order',
    'modprobe -r nvidia_drm nvidia_modeset nvidia_uvm nvidia_peermem nvidia',
  ),
  { ...reboot('Or restart, and install before a display server starts'), alternativeTo: 'unload' },
];
