/** Giving a container its GPU. */
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { script } from './steps.ts';

export function giveContainerItsGpu(facts: Facts | null): FixStep[] {
  const kind = facts === null ? undefined : valueOf(facts.platform.container);
  const all = [docker(), podman(), lxd(), kubernetes()];
  const wanted = all.filter(({ kinds }) => kind != null && kinds.includes(kind)).map(({ step }) => step);
  if (wanted.length > 0) return wanted;
  const [first, ...others] = all.map(({ step }) => step);
  return [first!, ...others.map((step) => ({ ...step, alternativeTo: first!.id }))];
}

interface Way {
  kinds: readonly string[];
  step: FixStep;
}

const docker = (): Way => ({
  kinds: ['docker', 'other'],
  step: script(
    'docker-gpus',
    'Start the container anew with its GPU (the host needs the NVIDIA Container Toolkit; Compose: deploy.resources.reservations.devices with driver: nvidia)',
    'docker run --gpus all ...',
    { root: false },
  ),
});

const podman = (): Way => ({
  kinds: ['podman'],
  step: script(
    'podman-cdi',
    'Start the container anew with its GPU (once before, as root on the host: the device list)',
    'nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml\npodman run --device nvidia.com/gpu=all ...',
  ),
});

const lxd = (): Way => ({
  kinds: ['lxc'],
  step: script(
    'lxd-gpu',
    'On the host, give the container the GPU and the driver of the host',
    'lxc config device add CONTAINER gpu gpu\nlxc config set CONTAINER nvidia.runtime true\nlxc restart CONTAINER',
    { root: false },
  ),
});

const kubernetes = (): Way => ({
  kinds: ['kubernetes'],
  step: script(
    'kubernetes-gpu',
    'Ask for a GPU in the pod (the node needs the NVIDIA device plugin)',
    'resources:\n  limits:\n    nvidia.com/gpu: 1',
    { root: false },
  ),
});
