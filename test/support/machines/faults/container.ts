import { changed, without } from '../host.ts';
import { all } from '../kinds.ts';
import { dpkg, libraryFolder } from '../parts.ts';
import { isNvidiasNode, withoutLibraries } from './changes.ts';
import type { Fault } from './fault.ts';

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
    code: 'container-cgroup-lost',
    how: 'systemd took the devices away',
    on: all('container'),
    inject: (host) =>
      changed(host, {
        commands: { 'nvidia-smi': { exit: 255, stdout: 'Failed to initialize NVML: Unknown Error\n' } },
      }),
  },
];
