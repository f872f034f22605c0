import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu'],
  severity: 'error',
  title: 'The NVIDIA Container Toolkit is missing',
  causes: [{ code: 'container-no-gpu' }],
  related: ['container-toolkit-misconfigured', 'container-no-gpu'],
  textSummary: 'Docker cannot give a container the GPU: the NVIDIA Container Toolkit is not installed',
  text: [
    {
      literal: 'could not select device driver',
      pattern: /could not select device driver "[^"]{0,20}" with capabilities: \[\[[^\]]{0,60}gpu/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: ['unknown runtime', 'invalid runtime name'],
      pattern: /Unknown runtime specified:? nvidia|unknown or invalid runtime name: nvidia/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'nvidia-container-runtime',
      pattern: /nvidia-container-runtime(?:-hook)?"?: (?:executable file not found|no such file)/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'nvidia-docker',
      pattern: /nvidia-docker: (?:command )?not found/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  remedy: () => [
    script(
      'install-toolkit',
      'Install it on the host (its repository: https://nvidia.github.io/libnvidia-container)',
      'apt install nvidia-container-toolkit   # Fedora, RHEL: dnf install nvidia-container-toolkit; Arch: pacman -S nvidia-container-toolkit',
    ),
    script(
      'configure-docker',
      'Tell Docker about it',
      'nvidia-ctk runtime configure --runtime=docker\nsystemctl restart docker',
    ),
  ],
};
