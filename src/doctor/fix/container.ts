/** Giving a container its GPU. What is done on the host says so: most of it cannot be done from inside. */
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import type { Transcript } from '../../machine/machine.ts';
import { L4T_PACKAGES } from '../../compat/jetson.ts';
import { inContainer, onJetson } from '../../machine/questions/platform.ts';
import { lxcDevices } from './lent.ts';
import type { FixStep } from '../types.ts';
import type { Lender } from '../witness/testimony.ts';
import { packageInstall } from './packages.ts';
import { byHand, command, inPlaceOf } from './steps.ts';

export function giveContainerItsGpu(facts: Facts | null): FixStep[] {
  const again = facts === null ? undefined : facts.transcripts.map(withGpu).find((argv) => argv !== null);
  const kind = facts === null ? undefined : valueOf(facts.platform.container);
  const all = [
    facts !== null && onJetson(facts) ? dockerOnJetson() : docker(again ?? null),
    podman(),
    lxc(),
    kubernetes(),
    singularity(),
  ];
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
      `--output=${CDI_FILE}`,
    ]),
    byHand('podman-cdi', 'On the host: start the container anew with --device nvidia.com/gpu=all'),
  ],
});

/** A Jetson's GPU is given by NVIDIA's runtime, whose lists (CSV) name what of L4T goes in; --gpus asks for one on the PCI bus. */
const dockerOnJetson = (): Way => ({
  kinds: ['docker', 'other'],
  steps: [
    byHand(
      'docker-runtime',
      `On the Jetson: start the container anew with --runtime nvidia -e NVIDIA_VISIBLE_DEVICES=all (${L4T_PACKAGES.runtime} must be installed there; the image must be made for its L4T)`,
    ),
    ...configureRuntime('docker'),
  ],
});

const lxc = (): Way => ({
  kinds: ['lxc'],
  steps: [
    ...lxcDevices(),
    byHand(
      'lxc-libraries',
      "And the driver's libraries: nvidia.runtime true with LXD or Incus; else the host's driver, of exactly its version, installed inside without its kernel module",
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
    byHand(
      'kubernetes-runtime-class',
      "Where NVIDIA's runtime is not the default of the nodes: runtimeClassName: nvidia there, too",
    ),
  ],
});

const singularity = (): Way => ({
  kinds: ['singularity'],
  steps: [
    byHand(
      'singularity-nv',
      "On the host: start the container anew with --nv (singularity exec --nv IMAGE, apptainer exec --nv IMAGE): it takes the host's driver libraries along",
    ),
  ],
});

/** What is wrong outside can only be seen there. */
export const lookAtHost = (): FixStep =>
  command(
    'host-first',
    'On the host (of a cluster: on the node): see that the GPU works there',
    ['nvidia-smi'],
    {
      root: false,
    },
  );

const TOOLKIT = ['nvidia-container-toolkit'];

export const installToolkit = (facts: Facts | null, title: string): FixStep[] =>
  packageInstall(
    // A container does not say which distribution its host is.
    facts !== null && inContainer(facts) ? null : facts,
    { ubuntu: TOOLKIT, debian: TOOLKIT, fedora: TOOLKIT, rhel: TOOLKIT, suse: TOOLKIT, arch: TOOLKIT },
    { id: 'install-toolkit', title },
  );

/** Telling the runtime of the toolkit: each by its own way. */
export function configureRuntime(by: Lender): FixStep[] {
  if (by === 'podman' || by === 'cdi') return describeDevices();
  if (by === 'containerd' || by === 'kubernetes')
    return [
      command('configure-runtime', 'On the node, tell containerd about it', [
        'nvidia-ctk',
        'runtime',
        'configure',
        '--runtime=containerd',
        '--set-as-default',
      ]),
      command('restart-runtime', 'Let containerd read it', ['systemctl', 'restart', 'containerd']),
      byHand(
        'runtime-class',
        'Or keep it from being the default: make a RuntimeClass with handler nvidia, and set runtimeClassName: nvidia in the pod (of the device plugin, too)',
        { alternativeTo: 'configure-runtime' },
      ),
    ];
  if (by === 'enroot')
    return [
      byHand(
        'enroot-hook',
        'On every node: enroot takes it by itself (its hook 98-nvidia.sh); start the job anew',
      ),
    ];
  if (by === 'lxc')
    return [
      byHand(
        'lxd-restart',
        'On the host: lxc config set CONTAINER nvidia.runtime true, and restart the container',
      ),
    ];
  return [
    command('configure-runtime', 'On the host, tell Docker about it', [
      'nvidia-ctk',
      'runtime',
      'configure',
      '--runtime=docker',
    ]),
    command('restart-docker', 'Let Docker read it', ['systemctl', 'restart', 'docker']),
    byHand(
      'snap-docker',
      "A Docker from snap does not see it (snap list docker): take your distribution's or Docker's own package instead",
      { alternativeTo: 'configure-runtime' },
    ),
  ];
}

const CDI_FILE = '/etc/cdi/nvidia.yaml';

/**
 * CDI's description names files of one driver version: it is written anew after each update.
 * @param file where it lies; /var/run/cdi is emptied at each start
 */
export const describeDevices = (file = CDI_FILE): FixStep[] => [
  command('cdi', 'On the host: describe the devices for containers anew (after every driver update)', [
    'nvidia-ctk',
    'cdi',
    'generate',
    `--output=${file}`,
  ]),
  command('cdi-list', 'See which devices it describes', ['nvidia-ctk', 'cdi', 'list'], { root: false }),
];

/** A larger /dev/shm, by whoever starts the container. */
export const moreSharedMemory = (): FixStep[] => [
  byHand(
    'shm-size',
    'On the host: start the container anew with a larger /dev/shm: docker run --shm-size=8g (Compose: shm_size), or --ipc=host',
  ),
  byHand('shm-kubernetes', 'In Kubernetes: a volume emptyDir with medium: Memory, mounted at /dev/shm', {
    alternativeTo: 'shm-size',
  }),
  command('shm-see', 'See how large it is', ['df', '-h', '/dev/shm'], { root: false }),
];

/** What a cluster has to give, and why not. */
export function askCluster(by: Lender): FixStep[] {
  if (by === 'slurm')
    return [
      command(
        'slurm-gres',
        'See which nodes have GPUs to give, and how they are asked for',
        ['sinfo', '-o', '%N %G %T'],
        { root: false },
      ),
      byHand('slurm-ask', 'Ask for what is there: --gres=gpu:1, or --gpus=1, in a partition that has GPUs'),
      byHand(
        'slurm-node',
        'On the node (its administrator): nvidia-smi must work and /dev/nvidia* be there; then make gres.conf and slurm.conf (GresTypes=gpu, Gres=gpu:N) agree with it, restart slurmd, and scontrol update NodeName=NODE State=RESUME',
      ),
    ];
  if (by === 'ray')
    return [
      command('ray-status', 'See which GPUs the cluster counts, and who holds them', ['ray', 'status'], {
        root: false,
      }),
      byHand(
        'ray-node',
        'It counts too few: nvidia-smi must work on each node, in its container too, before Ray starts there; or say how many there are (ray start --num-gpus=N)',
      ),
      byHand(
        'ray-ask',
        'All taken: end what holds one, ask for fewer (num_gpus, tensor_parallel_size), or add a node',
      ),
    ];
  return [
    command(
      'kubernetes-nodes',
      'See what the nodes offer, and what is taken',
      ['kubectl', 'describe', 'nodes'],
      { root: false },
    ),
    byHand(
      'kubernetes-plugin',
      'A node that offers no nvidia.com/gpu: look at the log of its NVIDIA device plugin (kubectl logs -n kube-system or -n gpu-operator), and at nvidia-smi on the node',
    ),
    byHand('kubernetes-free', 'All taken: end what holds one, ask for fewer, or add a node'),
  ];
}
