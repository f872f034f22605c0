/** Giving a container its GPU. What is done on the host says so: most of it cannot be done from inside. */
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import type { Transcript } from '../../machine/machine.ts';
import type { FixStep } from '../types.ts';
import { byHand, command, inPlaceOf } from './steps.ts';

export function giveContainerItsGpu(facts: Facts | null): FixStep[] {
  const again = facts === null ? undefined : facts.transcripts.map(withGpu).find((argv) => argv !== null);
  const kind = facts === null ? undefined : valueOf(facts.platform.container);
  const all = [docker(again ?? null), podman(), lxd(), kubernetes()];
  const wanted = all.find(({ kinds }) => kind != null && kinds.includes(kind));
  if (wanted !== undefined) return wanted.steps;
  const [first, ...others] = all.map(({ steps }) => steps);
  return [...first!, ...inPlaceOf(first![0]!.id, others.flat())];
}

interface Way {
  kinds: readonly string[];
  steps: FixStep[];
}

/** The command that somebody started the container with, with the option that it lacked; null: it is none, or has one. */
function withGpu({ argv }: Transcript): readonly string[] | null {
  const tool = argv.findIndex((word) => /(?:^|\/)(?:docker|nerdctl)$/.test(word));
  const run = argv.findIndex((word, at) => tool >= 0 && at > tool && (word === 'run' || word === 'create'));
  if (run < 0 || argv.some((word) => /^--gpus\b/.test(word))) return null;
  return [...argv.slice(0, run + 1), '--gpus', 'all', ...argv.slice(run + 1)];
}

const docker = (again: readonly string[] | null): Way => ({
  kinds: ['docker', 'other'],
  steps: [
    again === null
      ? byHand(
          'docker-gpus',
          'On the host: start the container anew with --gpus all (the host needs the NVIDIA Container Toolkit; Compose: deploy.resources.reservations.devices with driver: nvidia)',
        )
      : command(
          'docker-gpus',
          'On the host, start the container anew with its GPU (--gpus all needs the NVIDIA Container Toolkit there)',
          again,
          { root: false },
        ),
  ],
});

const podman = (): Way => ({
  kinds: ['podman'],
  steps: [
    command('cdi-list', 'On the host: write the list of devices that containers can be given', [
      'nvidia-ctk',
      'cdi',
      'generate',
      '--output=/etc/cdi/nvidia.yaml',
    ]),
    byHand('podman-cdi', 'On the host: start the container anew with --device nvidia.com/gpu=all'),
  ],
});

const lxd = (): Way => ({
  kinds: ['lxc'],
  steps: [
    byHand(
      'lxd-gpu',
      'On the host: give the container the GPU (lxc config device add, of type gpu) and the driver of the host (lxc config set, nvidia.runtime true), and restart it',
    ),
  ],
});

const kubernetes = (): Way => ({
  kinds: ['kubernetes'],
  steps: [
    byHand(
      'kubernetes-gpu',
      "In the pod's specification: resources, limits, nvidia.com/gpu: 1 (the node needs the NVIDIA device plugin)",
    ),
  ],
});
