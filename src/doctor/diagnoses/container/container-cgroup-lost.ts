import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu', 'device-nodes'],
  severity: 'error',
  title: 'The container lost its GPU while running',
  related: ['container-toolkit-misconfigured', 'device-permission-denied'],
  textSummary: 'The container lost its access to the GPU: systemd rewrote the cgroup rules of its devices',
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'nvml 999': { confidence: 'likely', namesCause: true },
      'nvml os': { confidence: 'likely', namesCause: true },
      'cuda os': { confidence: 'possible', rank: 7 },
    }),
  ),
  remedy: () => [
    byHand('restart-container', 'On the host, restart the container: it gets its GPU back'),
    byHand(
      'cgroupfs',
      'For good, on the host: "exec-opts": ["native.cgroupdriver=cgroupfs"] in /etc/docker/daemon.json (systemctl daemon-reload then no longer takes devices away)',
      { root: true },
    ),
    command('restart-docker', 'On the host, let Docker read it', ['systemctl', 'restart', 'docker']),
    byHand(
      'cdi',
      'Or give devices by name: --device /dev/nvidia0 --device /dev/nvidiactl --device /dev/nvidia-uvm, or by CDI',
      { alternativeTo: 'cgroupfs' },
    ),
  ],
};
