/** Jobs of Slurm: they are given what they asked for, by a variable, and where it is set up so by their cgroup. */
import { hopperServer, slurmNode } from '../healthy.ts';
import { changed, without, type Host } from '../host.ts';
import type { Environment } from './environment.ts';

const GPU_NODE = /^\/dev\/nvidia(\d+)$/;

/** With ConstrainDevices=yes: the files of all others are there, and cannot be opened. */
const constrained = (host: Host, given: readonly number[]): Host => ({
  ...host,
  nodes: Object.fromEntries(
    Object.entries(host.nodes).map(([path, node]) => {
      const index = GPU_NODE.exec(path)?.[1];
      const isOthers = index !== undefined && !given.includes(Number(index));
      return [path, isOthers ? { ...node, access: 'forbidden' as const } : node];
    }),
  ),
});

const twoOfEight: Host = {
  ...constrained(slurmNode, [2, 3]),
  name: 'job with two of eight, the rest closed',
};

/** A job that asked for no GPU, on a node that has some. */
const withoutGres = (visible: string | undefined): Host =>
  changed(slurmNode, {
    env: { SLURM_JOB_GPUS: undefined, SLURM_GPUS_ON_NODE: undefined, CUDA_VISIBLE_DEVICES: visible },
  });

const cpuNode: Host = changed(
  without(
    hopperServer,
    /^\/dev\/nvidia/,
    /^\/sys\/bus\/pci\/devices\/0000:(?!00:)/,
    /nvidia/,
    /\/libcuda\.so/,
    '/var/lib/dpkg/status',
  ),
  {
    files: { '/proc/modules': 'ext4 811008 1 - Live 0x0\n' },
    commands: {
      'nvidia-smi': undefined,
      dmesg: { exit: 0, stdout: '[    0.000000] Linux version\n' },
    },
    env: { SLURM_JOB_ID: '4712' },
  },
);

/** A job's user may change nothing of the node. */
const ROOT = /apt install|modprobe|ubuntu-drivers|usermod|chmod/;

export const environment: Environment = {
  name: 'Slurm',
  healthy: [slurmNode, twoOfEight, { ...withoutGres(undefined), name: 'job on a node that closes nothing' }],
  broken: [
    {
      how: 'the job asked for no GPU, and its cgroup closes them all',
      host: changed(constrained(withoutGres(undefined), []), {
        commands: { 'nvidia-smi': { exit: 6, stdout: 'No devices were found\n' } },
      }),
      code: 'cluster-gives-no-gpu',
      fix: /--gres=gpu:1/,
      never: ROOT,
    },
    {
      how: 'the job asked for no GPU, and Slurm says so by the variable',
      host: withoutGres('NoDevFiles'),
      code: 'cluster-gives-no-gpu',
      fix: /--gres=gpu:1/,
      never: ROOT,
    },
    {
      how: 'the job landed on a node without a GPU',
      host: cpuNode,
      code: 'cluster-gives-no-gpu',
      fix: /--gres=gpu:1/,
      never: ROOT,
    },
    {
      how: 'the script sets CUDA_VISIBLE_DEVICES to what it was not given',
      host: changed(twoOfEight, { env: { CUDA_VISIBLE_DEVICES: '6' } }),
      code: 'cuda-visible-devices-empty',
      fix: /sets it itself/,
      never: /unset CUDA_VISIBLE_DEVICES|CUDA_VISIBLE_DEVICES=0/,
    },
  ],
};
