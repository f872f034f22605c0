import { command } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu'],
  severity: 'error',
  title: 'The NVIDIA Container Toolkit fails',
  causes: [{ code: 'container-no-gpu' }],
  related: ['container-toolkit-missing', 'container-cgroup-lost', 'driver-too-old-for-cuda'],
  textSummary: 'The NVIDIA Container Toolkit is installed, but fails to set the container up',
  text: [
    {
      literal: 'nvidia-container-cli: initialization error',
      pattern: /nvidia-container-cli: initialization error/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'nvidia-container-cli: mount error',
      pattern: /nvidia-container-cli: mount error/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'nvidia-container-cli: ldcache error',
      pattern: /nvidia-container-cli: ldcache error/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'nvidia-container-cli: container error',
      pattern: /nvidia-container-cli: container error/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'nvidia-container-cli: device error',
      pattern: /nvidia-container-cli: device error/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'unresolvable cdi devices',
      pattern: /unresolvable CDI devices nvidia\.com/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: () => [
    command('host-first', 'On the host: see that it works there', ['nvidia-smi'], { root: false }),
    command('configure-runtime', "On the host, write Docker's configuration anew", [
      'nvidia-ctk',
      'runtime',
      'configure',
      '--runtime=docker',
    ]),
    command('restart-docker', 'Let Docker read it', ['systemctl', 'restart', 'docker']),
    command(
      'cdi',
      'Or, with Podman and CDI, describe the devices anew (after every driver update)',
      ['nvidia-ctk', 'cdi', 'generate', '--output=/etc/cdi/nvidia.yaml'],
      { alternativeTo: 'configure-runtime' },
    ),
  ],
};
