import type { Facts } from '../../../machine/facts.ts';
import { inContainer } from '../../../machine/questions/platform.ts';
import { packageInstall } from '../../fix/packages.ts';
import { command } from '../../fix/steps.ts';
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
  remedy: (facts) => [
    ...packageInstall(hostsOwn(facts), CONTAINER_TOOLKIT, {
      id: 'install-toolkit',
      title: 'Install it on the host (its repository: https://nvidia.github.io/libnvidia-container)',
    }),
    command('configure-runtime', 'On the host, tell Docker about it', [
      'nvidia-ctk',
      'runtime',
      'configure',
      '--runtime=docker',
    ]),
    command('restart-docker', 'Let Docker read it', ['systemctl', 'restart', 'docker']),
  ],
};

const NAME = ['nvidia-container-toolkit'];
const CONTAINER_TOOLKIT = { ubuntu: NAME, debian: NAME, fedora: NAME, rhel: NAME, suse: NAME, arch: NAME };

/** A container does not say which distribution its host is. */
const hostsOwn = (facts: Facts | null): Facts | null => (facts !== null && inContainer(facts) ? null : facts);
