/** What machines with a GPU have in common, as files: a Linux, a PCI device, NVIDIA's driver, a toolkit. */
import { changed, empty, type Host, type Node } from './host.ts';
import type { GpuOptions } from './nvidia-smi.ts';

const TRIPLET = { x86_64: 'x86_64-linux-gnu', aarch64: 'aarch64-linux-gnu' } as const;

export interface LinuxOptions {
  name: string;
  architecture?: Host['architecture'];
  osRelease: Readonly<Record<string, string>>;
  kernel: string;
  compiler: string;
  env?: Readonly<Record<string, string>>;
}

/** A freshly installed Linux with a compiler and kernel headers, without a GPU. */
export function linux(options: LinuxOptions): Host {
  const { name, architecture = 'x86_64', osRelease, kernel, compiler, env = {} } = options;
  const modules = `/lib/modules/${kernel}`;
  const major = compiler.split('.')[0]!;
  const triplet = `${architecture}-linux-gnu`;
  return {
    name,
    architecture,
    files: {
      '/etc/os-release': Object.entries(osRelease)
        .map(([key, value]) => `${key}="${value}"\n`)
        .join(''),
      '/proc/sys/kernel/osrelease': `${kernel}\n`,
      '/proc/sys/kernel/arch': `${architecture}\n`,
      '/proc/version': `Linux version ${kernel} (builder@host) (gcc ${compiler}) #1 SMP\n`,
      '/proc/cmdline': `BOOT_IMAGE=/boot/vmlinuz-${kernel} root=/dev/sda1 ro quiet\n`,
      '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu vme sse sse2 ssse3 sse4_1 sse4_2 avx avx2 fma\n',
      '/proc/modules': 'ext4 811008 1 - Live 0x0\n',
      '/proc/1/cgroup': '0::/init.scope\n',
      '/proc/self/mountinfo': '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n',
      '/proc/self/cgroup': '0::/user.slice/user-1000.slice/session-2.scope\n',
      '/sys/bus/pci/devices/0000:00:00.0/vendor': '0x8086\n',
      '/sys/bus/pci/devices/0000:00:00.0/class': '0x060000\n',
      '/sys/bus/pci/devices/0000:00:00.0/device': '0x3e10\n',
      [`${modules}/modules.dep`]: '',
      ...empty('/usr/bin', `${triplet}-gcc-${major}`, `${triplet}-g++-${major}`, 'make'),
      '/bin/sh': '',
      '/etc/apt/sources.list': '',
    },
    folders: [
      '/tmp',
      '/var/tmp',
      '/boot',
      '/sys/firmware',
      '/etc/modprobe.d',
      '/home/user',
      '/usr/local/bin',
    ].concat(`/usr/src/linux-headers-${kernel}`, '/etc/apt/sources.list.d'),
    links: {
      [`${modules}/build`]: `/usr/src/linux-headers-${kernel}`,
      '/usr/bin/gcc': `${triplet}-gcc-${major}`,
      '/usr/bin/g++': `${triplet}-g++-${major}`,
    },
    nodes: {},
    driven: null,
    commands: {
      dmesg: { exit: 0, stdout: '[    0.000000] Linux version\n' },
      gcc: { exit: 0, stdout: `${compiler}\n` },
      'g++': { exit: 0, stdout: `${compiler}\n` },
    },
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/home/user', ...env },
    libraries: {},
    cache: [['libc.so.6', `/lib/${triplet}/libc.so.6`]],
    space: {},
    uid: 1000,
    gids: [1000, 27],
  };
}

/** GPUs in their slots. */
export function withGpus(host: Host, { device, at }: GpuOptions): Host {
  const files = at.flatMap((bus) => {
    const folder = `/sys/bus/pci/devices/0000:${bus}`;
    return [
      [`${folder}/vendor`, '0x10de\n'],
      [`${folder}/class`, '0x030000\n'],
      [`${folder}/device`, `0x${device}\n`],
    ];
  });
  return changed(host, { files: Object.fromEntries(files) as Record<string, string> });
}

export interface DriverOptions {
  version: string;
  /** Newest CUDA that it serves. */
  cuda: string;
  open?: boolean;
  kernel: string;
  /** Where the distribution keeps the module, below /lib/modules/RELEASE. */
  moduleFolder: string;
  libraryFolder: string;
  gpus: GpuOptions;
}

const nvidiaNode = (minor: number): Node => ({ mode: 0o666, uid: 0, gid: 0, rdev: [195, minor] });

/** The driver, installed and running. */
export function withDriver(host: Host, options: DriverOptions): Host {
  const { version, cuda, open = false, kernel, moduleFolder, libraryFolder: lib, gpus } = options;
  const flavour = open ? 'Open Kernel Module for x86_64' : 'x86_64 Kernel Module';
  const indexes = gpus.at.map((_, index) => index);
  const library = (stem: string): Record<string, { soname: string }> => ({
    [`${lib}/${stem}.so.${version}`]: { soname: `${stem}.so.1` },
  });
  return changed(withGpus(host, gpus), {
    files: {
      '/proc/driver/nvidia/version': `NVRM version: NVIDIA UNIX ${flavour}  ${version}  Sun May 12 19:39:15 UTC 2024\n`,
      '/sys/module/nvidia/version': `${version}\n`,
      '/proc/modules':
        'nvidia_uvm 1527808 0 - Live 0x0\nnvidia_drm 77824 1 - Live 0x0\n' +
        'nvidia_modeset 1314816 1 nvidia_drm, Live 0x0\nnvidia 56823808 2 nvidia_uvm,nvidia_modeset, Live 0x0\n',
      [`/lib/modules/${kernel}/${moduleFolder}/nvidia.ko`]: '',
      '/etc/modprobe.d/nvidia-graphics-drivers.conf': 'blacklist nouveau\noptions nouveau modeset=0\n',
      ...empty('/usr/bin', 'nvidia-smi', 'nvidia-modprobe'),
    },
    links: {
      ...Object.fromEntries(
        gpus.at.map((bus) => [
          `/sys/bus/pci/devices/0000:${bus}/driver`,
          '../../../../bus/pci/drivers/nvidia',
        ]),
      ),
      [`${lib}/libcuda.so.1`]: `libcuda.so.${version}`,
      [`${lib}/libcuda.so`]: 'libcuda.so.1',
      [`${lib}/libnvidia-ml.so.1`]: `libnvidia-ml.so.${version}`,
    },
    libraries: { ...library('libcuda'), ...library('libnvidia-ml') },
    cache: [
      ...host.cache,
      ['libcuda.so.1', `${lib}/libcuda.so.1`],
      ['libnvidia-ml.so.1', `${lib}/libnvidia-ml.so.1`],
    ],
    nodes: {
      '/dev/nvidiactl': nvidiaNode(255),
      '/dev/nvidia-uvm': { mode: 0o666, uid: 0, gid: 0, rdev: [236, 0] },
      ...Object.fromEntries(indexes.map((index) => [`/dev/nvidia${index}`, nvidiaNode(index)])),
    },
    driven: { on: 'linux', version, cuda, gpus, lost: [], hung: false, reports: {} },
    commands: {
      dmesg: {
        exit: 0,
        stdout: `[    4.1] nvidia: module license 'NVIDIA' taints kernel.\n[    4.2] NVRM: loading NVIDIA UNIX ${flavour}  ${version}  Sun May 12 19:39:15 UTC 2024\n`,
      },
    },
  });
}

/** Packages as dpkg's status file has them. */
export const dpkg = (version: string, ...names: readonly string[]): string =>
  names
    .map(
      (name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
    )
    .join('\n');

/** NVIDIA's toolkit of this release under /usr/local, linked, on PATH, known to the loader. */
export function withToolkit(host: Host, release: string, full: string, maxGcc: number): Host {
  const root = `/usr/local/cuda-${release}`;
  const soname = Number(release.split('.')[0]) >= 11 ? `${release.split('.')[0]}.0` : release;
  const runtime = Number(release.split('.')[0]) >= 12 ? release.split('.')[0]! : soname;
  return changed(host, {
    files: {
      [`${root}/version.txt`]: `CUDA Version ${full}\n`,
      [`${root}/bin/nvcc`]: '\x7fELF',
      [`${root}/include/cuda_runtime.h`]: '',
      [`${root}/include/crt/host_config.h`]: `#if __GNUC__ > ${maxGcc}\n#error -- unsupported GNU version!\n`,
    },
    libraries: {
      [`${root}/lib64/libcudart.so.${full}`]: { soname: `libcudart.so.${runtime}` },
      [`${root}/lib64/libcublas.so.${full}`]: {},
      [`${root}/lib64/libcufft.so.${full}`]: {},
      [`${root}/lib64/stubs/libcuda.so`]: { soname: 'libcuda.so.1' },
    },
    links: {
      [`${root}/lib64/libcudart.so.${runtime}`]: `libcudart.so.${full}`,
      [`${root}/lib64/libcudart.so`]: `libcudart.so.${runtime}`,
      '/usr/local/cuda': `cuda-${release}`,
    },
    env: { PATH: `/usr/local/cuda/bin:${host.env['PATH'] ?? ''}`, CUDA_HOME: '/usr/local/cuda' },
    cache: [...host.cache, [`libcudart.so.${runtime}`, `/usr/local/cuda/lib64/libcudart.so.${runtime}`]],
  });
}

export const libraryFolder = (architecture: Host['architecture']): string =>
  `/usr/lib/${TRIPLET[architecture]}`;
