import { changed, without, type Host } from '../host.ts';
import { all, not } from '../kinds.ts';
import { dpkg, libraryFolder } from '../parts.ts';
import { isNvidiasNode, withoutLibraries } from './changes.ts';
import type { Fault } from './fault.ts';

/** Docker, configured so. */
const withDocker = (host: Host, configuration: object): Host =>
  changed(host, {
    files: { '/usr/bin/dockerd': '', '/etc/docker/daemon.json': JSON.stringify(configuration) },
  });

export const faults: readonly Fault[] = [
  {
    code: 'container-no-gpu',
    how: 'it was started without a GPU',
    on: all('container'),
    inject: (host) =>
      changed(withoutLibraries(without(host, isNvidiasNode, '/usr/bin/nvidia-smi')), {
        env: { NVIDIA_VISIBLE_DEVICES: undefined },
      }),
  },
  {
    code: 'driver-package-in-container',
    how: 'a package of another driver stands before what was lent',
    on: all('container'),
    inject: (host) => {
      const lib = libraryFolder(host.architecture);
      const names = ['libcuda', 'libnvidia-ml'];
      return changed(host, {
        files: { '/var/lib/dpkg/status': dpkg('535.183.01-0ubuntu0.22.04.1', 'libnvidia-compute-535') },
        libraries: Object.fromEntries(
          names.map((name) => [`${lib}/${name}.so.535.183.01`, { soname: `${name}.so.1` }]),
        ),
        links: Object.fromEntries(names.map((name) => [`${lib}/${name}.so.1`, `${name}.so.535.183.01`])),
      });
    },
  },
  {
    code: 'container-shm-too-small',
    how: 'its shared memory is full',
    on: all('container'),
    inject: (host) =>
      changed(host, {
        folders: [...host.folders, '/dev/shm'],
        space: { '/dev/shm': { freeBytes: 0, freeInodes: 1_000_000, totalBytes: 64 << 20 } },
      }),
  },
  {
    code: 'container-toolkit-missing',
    how: 'the toolkit was taken away, and Docker still asks for its runtime',
    severity: 'warning',
    on: not('container'),
    inject: (host) =>
      withDocker(host, { runtimes: { nvidia: { path: '/usr/bin/nvidia-container-runtime' } } }),
  },
  {
    code: 'container-toolkit-misconfigured',
    how: 'the default runtime is described nowhere',
    severity: 'warning',
    on: not('container'),
    inject: (host) => withDocker(host, { 'default-runtime': 'nvidia' }),
  },
  {
    code: 'cluster-gives-no-gpu',
    how: 'the job did not ask for one',
    on: all('job'),
    inject: (host) =>
      changed(host, {
        env: { SLURM_JOB_GPUS: undefined, SLURM_GPUS_ON_NODE: undefined, CUDA_VISIBLE_DEVICES: 'NoDevFiles' },
      }),
  },
  {
    code: 'container-cgroup-lost',
    how: 'systemd took the devices away',
    on: all('container'),
    inject: (host) =>
      changed(host, {
        commands: { 'nvidia-smi': { exit: 255, stdout: 'Failed to initialize NVML: Unknown Error\n' } },
      }),
  },
];
