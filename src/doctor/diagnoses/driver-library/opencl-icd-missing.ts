import { byHand, command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { inContainer } from '../../../machine/questions/platform.ts';
import type { Facts } from '../../../machine/facts.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['libcuda'],
  severity: 'error',
  title: 'OpenCL finds no platform',
  related: ['libcuda-missing', 'container-no-gpu', 'driver-not-installed'],
  textSummary: "OpenCL's loader finds no platform: no file in /etc/OpenCL/vendors names the driver's library",
  hears: hearing(['error-code', 'trouble'], (one) =>
    one.kind === 'trouble'
      ? heardTrouble(one, {
          'no-opencl-device': {
            confidence: 'possible',
            rank: 3,
            summary: "OpenCL knows no GPU: the driver's library is not registered with it, or there is none",
          },
        })
      : heardError(one, { 'opencl -1001': { confidence: 'likely', namesCause: true } }),
  ),
  remedy: (facts) => [
    command('see-vendors', 'See which platforms are registered', ['ls', '/etc/OpenCL/vendors'], {
      root: false,
    }),
    script(
      'see-library',
      'See whether the library of the driver is there',
      'ldconfig -p | grep libnvidia-opencl',
      {
        root: false,
      },
    ),
    command('make-vendors', 'Make the folder of the platforms', ['mkdir', '-p', '/etc/OpenCL/vendors']),
    script(
      'register',
      "Register the driver's: one file that names its library",
      'echo libnvidia-opencl.so.1 > /etc/OpenCL/vendors/nvidia.icd',
    ),
    ...capabilities(facts),
  ],
};

/** Into containers only what is asked for gets: the library belongs to "compute". */
function capabilities(facts: Facts | null): FixStep[] {
  return facts !== null && inContainer(facts) === false
    ? []
    : [
        byHand(
          'capabilities',
          'In a container: start it with --gpus all -e NVIDIA_DRIVER_CAPABILITIES=compute,utility, so that the library is there at all',
        ),
      ];
}
