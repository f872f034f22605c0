/** LXC, as Proxmox, LXD and Incus start it: the host's devices are let in one by one, and the libraries are the container's own. */
import { hopperServer } from '../healthy.ts';
import { changed, without, type Host, type Node } from '../host.ts';
import type { Environment } from './environment.ts';

const isNvidiasNode = /^\/dev\/nvidia/;

const healthyLxc: Host = changed(
  without(
    hopperServer,
    '/lib/modules',
    '/boot',
    '/etc/modprobe.d',
    '/usr/bin/nv-fabricmanager',
    '/lib/systemd/system',
    '/dev/nvidia-nvswitchctl',
    /^\/dev\/nvidia-nvswitch/,
    /^\/sys\/bus\/pci\/devices\/0000:0[789a]:/,
  ),
  {
    name: 'LXC',
    files: {
      '/run/systemd/container': 'lxc\n',
      '/proc/1/cgroup': '0::/init.scope\n',
      '/proc/self/mountinfo': '800 700 0:50 / / rw,relatime - zfs rpool/data/subvol-101-disk-0 rw\n',
      // NVIDIA's installer brought the libraries; dpkg knows nothing of them.
      '/var/lib/dpkg/status':
        'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.39\n',
    },
    commands: {
      dmesg: { exit: 1, stdout: '', stderr: 'dmesg: read kernel buffer failed: Operation not permitted\n' },
      systemctl: { exit: 1, stdout: '', stderr: 'Failed to connect to bus\n' },
    },
    uid: 0,
    gids: [0],
  },
);

const nodesAs = (over: Partial<Node>): Host['nodes'] =>
  Object.fromEntries(
    Object.entries(healthyLxc.nodes).map(([path, node]) =>
      isNvidiasNode.test(path) ? [path, { ...node, ...over }] : [path, node],
    ),
  );

const smi = (stdout: string, exit: number): Host['commands'] => ({ 'nvidia-smi': { exit, stdout } });

const withoutLibraries = changed(without(healthyLxc, /\/lib(?:cuda|nvidia-ml)\.so/, '/usr/bin/nvidia-smi'), {
  commands: { 'nvidia-smi': undefined },
});

const otherLibraries = (host: Host): Host => {
  const renamed = (path: string): string => path.replaceAll('580.95.05', '570.153.02');
  return changed(
    {
      ...host,
      libraries: Object.fromEntries(
        Object.entries(host.libraries).map(([path, one]) => [renamed(path), one]),
      ),
      links: Object.fromEntries(Object.entries(host.links).map(([path, target]) => [path, renamed(target)])),
    },
    {
      commands: smi(
        'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.153\n',
        18,
      ),
    },
  );
};

/** What builds or loads a module has no hold in a container. */
const MODULE = /modprobe|nvidia-driver-|nvidia-dkms|ubuntu-drivers|cuda-drivers|--gpus/;

export const environment: Environment = {
  name: 'LXC',
  healthy: [healthyLxc],
  broken: [
    {
      how: 'no device file was let in',
      host: changed(without(withoutLibraries, isNvidiasNode), {}),
      code: 'container-no-gpu',
      fix: /lxc\.cgroup2\.devices\.allow/,
      never: MODULE,
    },
    {
      how: 'the device files are mounted, and no rule lets them be opened',
      host: {
        ...changed(healthyLxc, { commands: smi('Failed to initialize NVML: Unknown Error\n', 255) }),
        nodes: nodesAs({ access: 'forbidden' }),
      },
      code: 'container-cgroup-lost',
      fix: /lxc\.cgroup2\.devices\.allow/,
      never: MODULE,
    },
    {
      how: 'the container is unprivileged, and the files belong to a group of the host',
      host: {
        ...changed(healthyLxc, {
          commands: smi('Failed to initialize NVML: Insufficient Permissions\n', 4),
        }),
        nodes: nodesAs({ mode: 0o660, uid: 65_534, gid: 65_534, access: 'denied' }),
      },
      code: 'device-permission-denied',
      fix: /gid=44/,
      never: MODULE,
    },
    {
      how: 'the libraries inside are of another version than the module',
      host: otherLibraries(healthyLxc),
      code: 'driver-library-mismatch',
      fix: /580\.95\.05.*--no-kernel-module/s,
      never: MODULE,
    },
    {
      how: 'the driver has no libraries inside',
      host: withoutLibraries,
      code: 'libcuda-missing',
      fix: /580\.95\.05.*--no-kernel-module/s,
      never: MODULE,
    },
    {
      how: 'nvidia-uvm was forgotten',
      host: without(healthyLxc, '/dev/nvidia-uvm'),
      code: 'uvm-missing',
      fix: /lxc\.cgroup2\.devices\.allow/,
      never: MODULE,
    },
  ],
};
