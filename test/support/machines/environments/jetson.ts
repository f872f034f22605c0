/** Jetsons of three generations, and what happens to them. */
import { changed, without, type Host } from '../host.ts';
import { jetson as orin35 } from '../healthy.ts';
import { dpkg, libraryFolder, linux } from '../parts.ts';
import type { Environment } from './environment.ts';

const arm = (text: string): string => text.replaceAll('amd64', 'arm64');

interface Board {
  name: string;
  ubuntu: string;
  kernel: string;
  compiler: string;
  /** First line of /etc/nv_tegra_release. */
  release: string;
  model: string;
  compatible: string;
  l4t: string;
  /** Folder of L4T's libraries: tegra up to L4T 35, nvidia since. */
  folder: string;
  nodes: readonly string[];
}

/** A Jetson with L4T; nodes belong to the group video, as its udev rules have it. */
function board(options: Board): Host {
  const { name, ubuntu, kernel, compiler, release, model, compatible, l4t, folder, nodes } = options;
  const lib = `${libraryFolder('aarch64')}/${folder}`;
  return changed(
    linux({
      name,
      architecture: 'aarch64',
      osRelease: {
        ID: 'ubuntu',
        ID_LIKE: 'debian',
        VERSION_ID: ubuntu,
        PRETTY_NAME: `Ubuntu ${ubuntu} LTS`,
      },
      kernel,
      compiler,
    }),
    {
      files: {
        '/etc/nv_tegra_release': `${release}\n`,
        '/proc/device-tree/model': `${model}\0`,
        '/proc/device-tree/compatible': compatible.split(' ').join('\0') + '\0',
        '/proc/modules': 'nvgpu 2506752 0 - Live 0x0\n',
        '/var/lib/dpkg/status': arm(dpkg(l4t, 'nvidia-l4t-core', 'nvidia-l4t-cuda', 'nvidia-l4t-kernel')),
      },
      libraries: { [`${lib}/libcuda.so.1.1`]: { soname: 'libcuda.so.1' } },
      links: { [`${lib}/libcuda.so.1`]: 'libcuda.so.1.1' },
      cache: [['libcuda.so.1', `${lib}/libcuda.so.1`]],
      nodes: Object.fromEntries(
        nodes.map((path, index) => [path, { mode: 0o660, uid: 0, gid: 44, rdev: [505, index] as const }]),
      ),
      gids: [1000, 27, 44],
    },
  );
}

const NVHOST = ['/dev/nvmap', '/dev/nvhost-gpu', '/dev/nvhost-ctrl-gpu'];

const nano = board({
  name: 'Jetson Nano, JetPack 4.6',
  ubuntu: '18.04',
  kernel: '4.9.253-tegra',
  compiler: '7.5.0',
  release:
    '# R32 (release), REVISION: 7.1, GCID: 29818004, BOARD: t210ref, EABI: aarch64, DATE: Sat Feb 19 17:05:08 UTC 2022',
  model: 'NVIDIA Jetson Nano Developer Kit',
  compatible: 'nvidia,p3449-0000-b00+p3448-0000-b00 nvidia,jetson-nano nvidia,tegra210',
  l4t: '32.7.1-20220219090432',
  folder: 'tegra',
  nodes: NVHOST,
});

const orinNano = board({
  name: 'Jetson Orin Nano, JetPack 6.2',
  ubuntu: '22.04',
  kernel: '5.15.148-tegra',
  compiler: '11.4.0',
  release:
    '# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: Wed Jan  8 01:49:37 UTC 2025',
  model: 'NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super',
  compatible: 'nvidia,p3768-0000+p3767-0005-super nvidia,p3767-0005 nvidia,tegra234',
  l4t: '36.4.3-20250107174145',
  folder: 'nvidia',
  nodes: [...NVHOST, '/dev/nvgpu/igpu0/ctrl'],
});

/** A carrier board of another maker, which the table of boards does not know. */
const foreign = changed(orinNano, {
  name: 'Jetson on a foreign board',
  files: {
    '/proc/device-tree/model': 'Example Industrial AI Box\0',
    '/proc/device-tree/compatible': 'example,box\0nvidia,tegra234\0',
  },
});

const PYTHON = '/home/user/venv';
const torch = (host: Host, build: string): Host =>
  changed(host, {
    env: { VIRTUAL_ENV: PYTHON },
    files: {
      [`${PYTHON}/pyvenv.cfg`]: 'home = /usr/bin\nversion = 3.10.12\n',
      [`${PYTHON}/bin/python3`]: '',
      [`${PYTHON}/lib/python3.10/site-packages/torch/version.py`]: `__version__ = '2.5.1${build}'\ncuda: Optional[str] = None\n`,
      [`${PYTHON}/lib/python3.10/site-packages/torch-2.5.1.dist-info/METADATA`]:
        'Metadata-Version: 2.1\nName: torch\nVersion: 2.5.1\n',
    },
  });

const DRIVER_535: Host = changed(orinNano, {
  files: {
    '/var/lib/dpkg/status': arm(
      [
        dpkg('36.4.3-20250107174145', 'nvidia-l4t-core', 'nvidia-l4t-cuda'),
        dpkg('535.247.01-0ubuntu0.22.04.1', 'nvidia-driver-535', 'libnvidia-compute-535'),
      ].join('\n'),
    ),
  },
  libraries: { '/usr/lib/aarch64-linux-gnu/libcuda.so.535.247.01': { soname: 'libcuda.so.1' } },
  links: { '/usr/lib/aarch64-linux-gnu/libcuda.so.1': 'libcuda.so.535.247.01' },
  cache: [['libcuda.so.1', '/usr/lib/aarch64-linux-gnu/libcuda.so.1'], ...orinNano.cache],
});

const SBSA = '/usr/local/cuda-12.6';
const serverToolkit = changed(orinNano, {
  files: {
    [`${SBSA}/version.json`]: '{"cuda":{"name":"CUDA SDK","version":"12.6.68"}}',
    [`${SBSA}/bin/nvcc`]: '\x7fELF',
    [`${SBSA}/targets/sbsa-linux/include/cuda_runtime.h`]: '',
  },
  libraries: { [`${SBSA}/targets/sbsa-linux/lib/libcudart.so.12.6.68`]: { soname: 'libcudart.so.12' } },
  links: { '/usr/local/cuda': 'cuda-12.6' },
});

/** Docker hides the device tree and /etc is the image's: what tells is the kernel. */
const containerOnJetson = changed(
  without(orinNano, /^\/dev\//, '/proc/device-tree', '/etc/nv_tegra_release', /libcuda/, '/lib/modules'),
  {
    files: {
      '/.dockerenv': '',
      '/proc/1/cgroup': '0::/\n',
      '/var/lib/dpkg/status': arm(dpkg('2.35', 'libc6')),
    },
    cache: [],
    uid: 0,
    gids: [0],
  },
);

/** The same with what NVIDIA's runtime puts in. */
const containerWithGpu: Host = changed(containerOnJetson, {
  name: 'container on a Jetson',
  libraries: orinNano.libraries,
  links: orinNano.links,
  cache: orinNano.cache,
  nodes: orinNano.nodes,
});

/** Of the table of a desktop's driver nothing may be advised. */
const DESKTOP = /nvidia-driver-\d|ubuntu-drivers|nvidia-smi|cuda-drivers|--gpus all/;

export const environment: Environment = {
  name: 'Jetson',
  healthy: [nano, orin35, orinNano, foreign, containerWithGpu],
  broken: [
    {
      how: 'the user is not in the group of the device files',
      host: { ...orinNano, gids: [1000, 27] },
      code: 'device-permission-denied',
      fix: /usermod -aG .*video/,
      never: /chmod/,
    },
    {
      how: 'another kernel runs, without the module of the GPU',
      host: changed(without(orinNano, /^\/dev\/nv/), {
        files: { '/proc/modules': 'ext4 811008 1 - Live 0x0\n' },
      }),
      code: 'device-nodes-missing',
      fix: /nvidia-l4t-kernel/,
      never: DESKTOP,
    },
    {
      how: "L4T's libraries are not known to the loader",
      host: { ...orinNano, cache: [] },
      code: 'libcuda-missing',
      fix: /ldconfig/,
      never: DESKTOP,
    },
    {
      how: "L4T's package of the libraries is gone",
      host: without(nano, /libcuda/),
      code: 'libcuda-missing',
      fix: /nvidia-l4t-cuda/,
      never: DESKTOP,
    },
    {
      how: 'a driver for servers is installed',
      host: DRIVER_535,
      code: 'jetson-server-packages',
      fix: /apt purge/,
      never: DESKTOP,
    },
    {
      how: 'the toolkit for Arm servers is installed',
      host: serverToolkit,
      code: 'jetson-server-packages',
      severity: 'warning',
      fix: /nvidia-jetpack/,
    },
    {
      how: "PyPI's PyTorch is in the environment",
      host: torch(orinNano, '+cpu'),
      code: 'torch-cpu-build',
      severity: 'warning',
      fix: /NVIDIA builds for Jetson.*JetPack 6\.2/,
      never: /download\.pytorch\.org/,
    },
    {
      how: 'a container was started without its runtime',
      host: containerOnJetson,
      code: 'container-no-gpu',
      fix: /--runtime nvidia/,
      never: DESKTOP,
    },
  ],
};
