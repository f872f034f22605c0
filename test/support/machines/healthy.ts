/** Eight machines on which everything is as it should be. */
import { changed, without, type Host } from './host.ts';
import type { GpuOptions } from './nvidia-smi.ts';
import { dpkg, libraryFolder, linux, withDriver, withToolkit } from './parts.ts';

const DEBIAN_LIBRARIES = libraryFolder('x86_64');

const LAPTOP_GPU: GpuOptions = { device: '2191', at: ['01:00.0'], name: 'GeForce GTX 166...' };
const LAPTOP_KERNEL = '5.4.0-42-generic';

/** Ubuntu 18.04 on a laptop, driver 440 of its archive, CUDA 10.0. */
export const ubuntuLaptop: Host = withToolkit(
  withDriver(
    changed(
      linux({
        name: 'Ubuntu 18.04 laptop',
        osRelease: {
          ID: 'ubuntu',
          ID_LIKE: 'debian',
          VERSION_ID: '18.04',
          VERSION_CODENAME: 'bionic',
          PRETTY_NAME: 'Ubuntu 18.04.5 LTS',
        },
        kernel: LAPTOP_KERNEL,
        compiler: '7.5.0',
      }),
      {
        files: {
          '/var/lib/dpkg/status': dpkg(
            '440.64-0ubuntu3~18.04.1',
            'nvidia-driver-440',
            'nvidia-dkms-440',
            'nvidia-utils-440',
            'nvidia-modprobe',
            'libnvidia-compute-440',
          ),
        },
      },
    ),
    {
      version: '440.64',
      cuda: '10.2',
      kernel: LAPTOP_KERNEL,
      moduleFolder: 'updates/dkms',
      libraryFolder: DEBIAN_LIBRARIES,
      gpus: LAPTOP_GPU,
    },
  ),
  '10.0',
  '10.0.130',
  7,
);

const SERVER_KERNEL = '6.8.0-60-generic';
const SERVER_GPUS: GpuOptions = {
  device: '2330',
  at: ['1b:00.0', '43:00.0', '52:00.0', '61:00.0', '9d:00.0', 'c3:00.0', 'd1:00.0', 'df:00.0'],
  name: 'NVIDIA H100 80GB HBM3',
};
const SWITCHES = ['07:00.0', '08:00.0', '09:00.0', '0a:00.0'];

/** Ubuntu 24.04 on a server with eight H100 behind NVSwitch, driver 580, fabric manager, CUDA 12.8. */
export const hopperServer: Host = withToolkit(
  changed(
    withDriver(
      changed(
        linux({
          name: 'Ubuntu 24.04 server, 8 x H100',
          osRelease: {
            ID: 'ubuntu',
            ID_LIKE: 'debian',
            VERSION_ID: '24.04',
            VERSION_CODENAME: 'noble',
            PRETTY_NAME: 'Ubuntu 24.04.2 LTS',
          },
          kernel: SERVER_KERNEL,
          compiler: '13.3.0',
        }),
        {
          files: {
            '/var/lib/dpkg/status': dpkg(
              '580.95.05-0ubuntu1',
              'nvidia-driver-580-server-open',
              'nvidia-dkms-580-server-open',
              'nvidia-utils-580-server',
              'nvidia-modprobe',
              'libnvidia-compute-580-server',
              'nvidia-fabricmanager-580',
            ),
          },
        },
      ),
      {
        version: '580.95.05',
        cuda: '13.0',
        open: true,
        kernel: SERVER_KERNEL,
        moduleFolder: 'updates/dkms',
        libraryFolder: DEBIAN_LIBRARIES,
        gpus: SERVER_GPUS,
      },
    ),
    {
      files: {
        ...Object.fromEntries(
          SWITCHES.flatMap((bus) => [
            [`/sys/bus/pci/devices/0000:${bus}/vendor`, '0x10de\n'],
            [`/sys/bus/pci/devices/0000:${bus}/class`, '0x068000\n'],
            [`/sys/bus/pci/devices/0000:${bus}/device`, '0x22a3\n'],
          ]),
        ),
        '/usr/bin/nv-fabricmanager': '',
        '/lib/systemd/system/nvidia-fabricmanager.service':
          '[Service]\nExecStart=/usr/bin/nv-fabricmanager\n',
      },
      nodes: {
        '/dev/nvidia-nvswitchctl': { mode: 0o666, uid: 0, gid: 0, rdev: [508, 255] },
        ...Object.fromEntries(
          SWITCHES.map((_, index) => [
            `/dev/nvidia-nvswitch${index}`,
            { mode: 0o666, uid: 0, gid: 0, rdev: [508, index] as const },
          ]),
        ),
      },
      commands: {
        systemctl: {
          exit: 0,
          stdout: 'LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\n',
        },
      },
    },
  ),
  '12.8',
  '12.8.90',
  14,
);

const DESKTOP_KERNEL = '6.12.48+deb13-amd64';

/** Debian 13 with an RTX 3060 and the driver of its archive; no toolkit. */
export const debianDesktop: Host = withDriver(
  changed(
    linux({
      name: 'Debian 13 desktop',
      osRelease: {
        ID: 'debian',
        VERSION_ID: '13',
        VERSION_CODENAME: 'trixie',
        PRETTY_NAME: 'Debian GNU/Linux 13 (trixie)',
      },
      kernel: DESKTOP_KERNEL,
      compiler: '14.2.0',
    }),
    {
      files: {
        '/var/lib/dpkg/status': dpkg(
          '550.163.01-2',
          'nvidia-driver',
          'nvidia-kernel-dkms',
          'nvidia-smi',
          'nvidia-modprobe',
          'libcuda1',
        ),
      },
    },
  ),
  {
    version: '550.163.01',
    cuda: '12.4',
    kernel: DESKTOP_KERNEL,
    moduleFolder: 'updates/dkms',
    libraryFolder: DEBIAN_LIBRARIES,
    gpus: { device: '2503', at: ['01:00.0'], name: 'NVIDIA GeForce RTX 3060' },
  },
);

const FEDORA_KERNEL = '6.15.9-201.fc42.x86_64';

/** Fedora 42 with RPM Fusion's akmods. */
export const fedoraDesktop: Host = withDriver(
  linux({
    name: 'Fedora 42 desktop',
    osRelease: { ID: 'fedora', VERSION_ID: '42', PRETTY_NAME: 'Fedora Linux 42 (Workstation Edition)' },
    kernel: FEDORA_KERNEL,
    compiler: '15.1.1',
  }),
  {
    version: '575.64.05',
    cuda: '12.9',
    kernel: FEDORA_KERNEL,
    moduleFolder: 'extra/nvidia',
    libraryFolder: '/usr/lib64',
    gpus: { device: '2786', at: ['01:00.0'], name: 'NVIDIA GeForce RTX 4070' },
  },
);

/** Ubuntu 22.04 in WSL 2. */
export const wsl: Host = changed(
  without(
    linux({
      name: 'WSL',
      osRelease: {
        ID: 'ubuntu',
        ID_LIKE: 'debian',
        VERSION_ID: '22.04',
        VERSION_CODENAME: 'jammy',
        PRETTY_NAME: 'Ubuntu 22.04.5 LTS',
      },
      kernel: '5.15.167.4-microsoft-standard-WSL2',
      compiler: '11.4.0',
      env: { WSL_DISTRO_NAME: 'Ubuntu' },
    }),
    '/sys/bus/pci/devices/0000:00:00.0',
    '/lib/modules',
  ),
  {
    files: {
      '/var/lib/dpkg/status': dpkg('2.35', 'libc6'),
      '/usr/lib/wsl/lib/nvidia-smi': '',
      // It names itself after Windows' hypervisor.
      '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu sse4_2 avx avx2 hypervisor\n',
    },
    libraries: {
      '/usr/lib/wsl/lib/libcuda.so.1.1': { soname: 'libcuda.so.1' },
      '/usr/lib/wsl/lib/libnvidia-ml.so.1': { soname: 'libnvidia-ml.so.1' },
    },
    links: { '/usr/lib/wsl/lib/libcuda.so.1': 'libcuda.so.1.1' },
    cache: [
      ['libcuda.so.1', '/usr/lib/wsl/lib/libcuda.so.1'],
      ['libnvidia-ml.so.1', '/usr/lib/wsl/lib/libnvidia-ml.so.1'],
    ],
    nodes: { '/dev/dxg': { mode: 0o666, uid: 0, gid: 0, rdev: [10, 125] } },
    driven: {
      on: 'windows',
      version: '576.57',
      cuda: '12.9',
      gpus: { device: '2503', at: ['01:00.0'], name: 'NVIDIA GeForce RTX 3060' },
      lost: [],
      hung: false,
      reports: {},
    },
  },
);

/** A container of docker's with all GPUs of a host like the server, one of them given. */
export const container: Host = changed(
  without(
    withDriver(
      linux({
        name: 'container',
        osRelease: {
          ID: 'ubuntu',
          ID_LIKE: 'debian',
          VERSION_ID: '22.04',
          VERSION_CODENAME: 'jammy',
          PRETTY_NAME: 'Ubuntu 22.04.4 LTS',
        },
        kernel: SERVER_KERNEL,
        compiler: '11.4.0',
        env: { NVIDIA_VISIBLE_DEVICES: 'all', NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' },
      }),
      {
        version: '580.95.05',
        cuda: '13.0',
        open: true,
        kernel: SERVER_KERNEL,
        moduleFolder: 'updates/dkms',
        libraryFolder: DEBIAN_LIBRARIES,
        gpus: { ...SERVER_GPUS, at: ['1b:00.0'] },
      },
    ),
    '/lib/modules',
    '/boot',
    '/etc/modprobe.d',
  ),
  {
    files: {
      '/.dockerenv': '',
      '/proc/1/cgroup': '0::/\n',
      '/proc/self/mountinfo':
        '1153 1012 0:101 / / rw,relatime master:321 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A\n',
      '/var/lib/dpkg/status': dpkg('2.35', 'libc6'),
    },
    commands: {
      dmesg: { exit: 1, stdout: '', stderr: 'dmesg: read kernel buffer failed: Operation not permitted\n' },
    },
    uid: 0,
    gids: [0],
  },
);

const TEGRA = '/usr/lib/aarch64-linux-gnu/nvidia';

/** Jetson Orin with JetPack 5: its driver and CUDA are L4T's, and it has no nvidia-smi. */
export const jetson: Host = changed(
  linux({
    name: 'Jetson Orin',
    architecture: 'aarch64',
    osRelease: {
      ID: 'ubuntu',
      ID_LIKE: 'debian',
      VERSION_ID: '20.04',
      VERSION_CODENAME: 'focal',
      PRETTY_NAME: 'Ubuntu 20.04.6 LTS',
    },
    kernel: '5.10.120-tegra',
    compiler: '9.4.0',
  }),
  {
    files: {
      '/etc/nv_tegra_release':
        '# R35 (release), REVISION: 4.1, GCID: 33958178, BOARD: t186ref, EABI: aarch64, DATE: Tue Aug  1 19:57:35 UTC 2023\n',
      '/proc/device-tree/model': 'NVIDIA Jetson AGX Orin Developer Kit\0',
      '/proc/device-tree/compatible': 'nvidia,p3737-0000+p3701-0000\0nvidia,tegra234\0',
      '/proc/modules': 'nvgpu 2506752 0 - Live 0x0\n',
      '/var/lib/dpkg/status': dpkg('35.4.1-20230801124926', 'nvidia-l4t-core', 'nvidia-l4t-cuda').replaceAll(
        'amd64',
        'arm64',
      ),
    },
    libraries: {
      [`${'/usr/lib/aarch64-linux-gnu/tegra'}/libcuda.so.1.1`]: { soname: 'libcuda.so.1' },
    },
    links: {
      '/usr/lib/aarch64-linux-gnu/tegra/libcuda.so.1': 'libcuda.so.1.1',
      '/usr/lib/aarch64-linux-gnu/libcuda.so': 'tegra/libcuda.so.1.1',
    },
    folders: ['/tmp', '/boot', '/home/user', TEGRA],
    cache: [['libcuda.so.1', '/usr/lib/aarch64-linux-gnu/tegra/libcuda.so.1']],
    nodes: {
      '/dev/nvmap': { mode: 0o660, uid: 0, gid: 44, rdev: [10, 118] },
      '/dev/nvhost-gpu': { mode: 0o660, uid: 0, gid: 44, rdev: [505, 0] },
      '/dev/nvhost-ctrl-gpu': { mode: 0o660, uid: 0, gid: 44, rdev: [505, 1] },
    },
    gids: [1000, 27, 44],
  },
);

/** A node of a cluster inside a job of Slurm's that was given two of its GPUs. */
export const slurmNode: Host = changed(hopperServer, {
  name: 'Slurm node',
  env: {
    SLURM_JOB_ID: '4711',
    SLURM_JOB_GPUS: '2,3',
    SLURM_GPUS_ON_NODE: '2',
    CUDA_VISIBLE_DEVICES: '0,1',
  },
  files: { '/proc/self/cgroup': '0::/system.slice/slurmstepd.scope/job_4711/step_0/user/task_0\n' },
});

export const HEALTHY: readonly Host[] = [
  ubuntuLaptop,
  hopperServer,
  debianDesktop,
  fedoraDesktop,
  wsl,
  container,
  jetson,
  slurmNode,
];
