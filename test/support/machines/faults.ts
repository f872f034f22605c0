/**
 * Faults, each a function from a healthy machine to one that has it, named by the code of the diagnosis that must then come first.
 * A fault changes what a real one changes and nothing else: what follows from it (nvidia-smi that fails) is changed with it.
 */
import { changed, without, type Change, type Host, type Said } from './host.ts';

export interface Fault {
  code: string;
  /** What sets it apart from others of the same code. */
  how: string;
  inject(host: Host): Host;
  /** What is wrong by itself after it, on a machine where that can be: an older toolkit makes no code for a newer card. */
  also?: readonly string[];
  /** How bad it is; default: an error. */
  severity?: 'warning';
  /** True where it has nothing to do with the driver: beside any other fault both must be found. */
  besidesAll?: true;
  /** Kinds of machine on which it can happen. */
  on: readonly Kind[];
}

export type Kind = 'open' | 'proprietary' | 'dkms' | 'akmods' | 'wsl' | 'container' | 'jetson' | 'toolkit';

const SMI_NO_DRIVER: Said = {
  exit: 9,
  stdout:
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n",
};

const smiSays = (stdout: string, exit: number): Change => ({ commands: { 'nvidia-smi': { exit, stdout } } });

const OWN_KERNEL: readonly Kind[] = ['dkms', 'akmods'];
const NATIVE: readonly Kind[] = ['dkms', 'akmods', 'container'];

const isNvidiasNode = /^\/dev\/nvidia/;
const isModule = /^\/lib\/modules\/[^/]+\/(?:updates|extra)/;
const isDriverLink = /^\/sys\/bus\/pci\/devices\/[^/]+\/driver$/;

/** The module is not running, with all that one sees of that. */
const notRunning = (host: Host): Host =>
  changed(
    without(host, isNvidiasNode, '/proc/driver/nvidia/version', '/sys/module/nvidia/version', isDriverLink),
    {
      files: { '/proc/modules': 'ext4 811008 1 - Live 0x0\n' },
      commands: { 'nvidia-smi': SMI_NO_DRIVER, dmesg: { exit: 0, stdout: '[    0.0] Linux version\n' } },
    },
  );

const withoutLibraries = (host: Host): Host => without(host, /\/libcuda\.so/, /\/libnvidia-ml\.so/);

const dmesg = (host: Host, ...lines: readonly string[]): Host =>
  changed(host, {
    commands: { dmesg: { exit: 0, stdout: `${host.commands['dmesg']?.stdout ?? ''}${lines.join('\n')}\n` } },
  });

/** Every GPU bound to this driver. */
const boundTo = (host: Host, driver: string): Host => {
  const devices = Object.keys(host.files).flatMap((path) => {
    const folder = /^(\/sys\/bus\/pci\/devices\/[^/]+)\/class$/.exec(path)?.[1];
    return folder !== undefined && host.files[path] === '0x030000\n' ? [folder] : [];
  });
  return changed(host, {
    links: Object.fromEntries(
      devices.map((folder) => [`${folder}/driver`, `../../../../bus/pci/drivers/${driver}`]),
    ),
  });
};

const noPackages = (host: Host): Host =>
  host.files['/var/lib/dpkg/status'] === undefined
    ? host
    : changed(host, {
        files: {
          '/var/lib/dpkg/status':
            'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.35-0\n',
        },
      });

const noDriver = (host: Host): Host => {
  const bare = withoutLibraries(
    noPackages(
      notRunning(
        without(host, isModule, '/usr/bin/nvidia-smi', '/etc/modprobe.d/nvidia-graphics-drivers.conf'),
      ),
    ),
  );
  return changed(bare, { commands: { 'nvidia-smi': undefined } });
};

/** Another model in every slot. */
const otherGpu = (host: Host, device: string): Host =>
  changed(host, {
    files: Object.fromEntries(
      Object.keys(host.files)
        .filter(
          (path) => /\/device$/.test(path) && host.files[path.replace(/device$/, 'class')] === '0x030000\n',
        )
        .map((path) => [path, `0x${device}\n`]),
    ),
  });

/** The module runs and wants none of the GPUs. */
const refused = (host: Host): Host =>
  changed(without(host, isDriverLink, /^\/dev\/nvidia\d/), smiSays('No devices were found\n', 6));

export const FAULTS: readonly Fault[] = [
  {
    code: 'no-nvidia-gpu',
    how: 'the card is taken out',
    on: OWN_KERNEL,
    inject: (host) => notRunning(without(host, /^\/sys\/bus\/pci\/devices\/0000:(?!00:00)[^/]+(?:\/|$)/)),
  },
  {
    code: 'driver-not-installed',
    how: 'fresh from the installer, nouveau in its place',
    on: OWN_KERNEL,
    inject: (host) =>
      changed(boundTo(noDriver(host), 'nouveau'), {
        files: { '/proc/modules': 'nouveau 2400256 4 - Live 0x0\n' },
        folders: [...host.folders, '/etc/modprobe.d'],
      }),
  },
  {
    code: 'nouveau-in-use',
    how: 'nouveau was faster than nvidia',
    on: OWN_KERNEL,
    inject: (host) =>
      changed(boundTo(notRunning(without(host, '/etc/modprobe.d/nvidia-graphics-drivers.conf')), 'nouveau'), {
        files: { '/proc/modules': 'nouveau 2400256 4 - Live 0x0\n' },
        folders: [...host.folders, '/etc/modprobe.d'],
      }),
  },
  {
    code: 'module-not-loaded',
    how: 'nobody loaded it',
    on: OWN_KERNEL,
    inject: notRunning,
  },
  {
    code: 'module-not-loaded',
    how: 'a line in modprobe.d keeps it away',
    on: ['dkms'],
    inject: (host) =>
      changed(notRunning(host), {
        files: { '/etc/modprobe.d/blacklist-nvidia.conf': 'blacklist nvidia\nalias nvidia off\n' },
      }),
  },
  {
    code: 'module-not-built-for-kernel',
    how: 'a new kernel was started, and nothing was built for it',
    on: OWN_KERNEL,
    inject: (host) => {
      const old = host.files['/proc/sys/kernel/osrelease'] as string;
      const kept = Object.entries(host.files).filter(([path]) => isModule.test(path));
      const elsewhere = kept.map(([path, text]) => [path.replace(old.trim(), '4.0.0-1-other'), text]);
      return changed(without(notRunning(host), isModule), {
        files: Object.fromEntries(elsewhere) as Record<string, string>,
      });
    },
  },
  {
    code: 'module-not-built-for-kernel',
    how: 'the headers of the running kernel are missing',
    on: ['dkms'],
    inject: (host) => without(notRunning(host), isModule, /^\/lib\/modules\/[^/]+\/build$/),
  },
  {
    code: 'secure-boot-blocks-module',
    how: 'the firmware refuses an unsigned module',
    on: OWN_KERNEL,
    inject: (host) =>
      dmesg(
        changed(notRunning(host), {
          files: {
            '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c': new Uint8Array([
              6, 0, 0, 0, 1,
            ]),
          },
        }),
        '[    3.9] Loading of module with unavailable key is rejected',
        '[    3.9] nvidia: Loading of unsigned module is rejected',
      ),
  },
  {
    code: 'driver-library-mismatch',
    how: 'packages were upgraded, and the old module still runs',
    on: ['dkms', 'akmods', 'container'],
    inject: (host) => {
      const old = Object.keys(host.libraries).find((path) => /libcuda\.so\.\d{3}/.test(path))!;
      const version = /libcuda\.so\.(\S+)$/.exec(old)![1]!;
      const newer = `${Number(version.split('.')[0]) + 5}.42.01`;
      const renamed = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
        Object.fromEntries(Object.entries(record).map(([path, one]) => [path.replace(version, newer), one]));
      return changed(
        {
          ...host,
          libraries: renamed(host.libraries),
          links: Object.fromEntries(
            Object.entries(host.links).map(([path, target]) => [path, target.replace(version, newer)]),
          ),
        },
        smiSays(
          `Failed to initialize NVML: Driver/library version mismatch\nNVML library version: ${newer.split('.').slice(0, 2).join('.')}\n`,
          18,
        ),
      );
    },
  },
  {
    code: 'gpu-unsupported-by-driver',
    how: 'the card is not of those that the branch serves',
    also: ['gpu-too-new-for-cuda'],
    on: ['proprietary'],
    // A GeForce GTX 780 (Kepler), which these branches have dropped; under 440 an RTX 3060 (Ampere), which came later.
    inject: (host) => refused(otherGpu(host, host.name.includes('18.04') ? '2503' : '1004')),
  },
  {
    code: 'gpu-needs-proprietary-modules',
    how: 'a Pascal card under the open modules',
    on: ['open'],
    inject: (host) => refused(otherGpu(host, '1b80')),
  },
  {
    code: 'gpu-needs-open-modules',
    how: 'a Blackwell card under the proprietary modules',
    on: ['akmods'],
    inject: (host) => refused(otherGpu(host, '2f04')),
  },
  {
    code: 'device-nodes-missing',
    how: 'the device files are gone',
    on: OWN_KERNEL,
    inject: (host) => changed(without(host, isNvidiasNode), { commands: { 'nvidia-smi': SMI_NO_DRIVER } }),
  },
  {
    code: 'device-permission-denied',
    how: 'only a group may open them',
    on: OWN_KERNEL,
    inject: (host) =>
      changed(host, {
        nodes: Object.fromEntries(
          Object.entries(host.nodes)
            .filter(([path]) => isNvidiasNode.test(path))
            .map(([path, node]) => [path, { ...node, mode: 0o660, gid: 44 }]),
        ),
        ...smiSays('Failed to initialize NVML: Insufficient Permissions\n', 4),
      }),
  },
  {
    code: 'device-permission-denied',
    how: 'the user is not in the group video',
    on: ['jetson'],
    inject: (host) => ({ ...host, gids: [1000, 27] }),
  },
  {
    code: 'uvm-missing',
    how: 'neither its device file nor its module, and no nvidia-modprobe',
    on: OWN_KERNEL,
    inject: (host) =>
      changed(without(host, '/dev/nvidia-uvm', '/usr/bin/nvidia-modprobe'), {
        files: {
          '/proc/modules': (host.files['/proc/modules'] as string)
            .replace(/^nvidia_uvm.*\n/m, '')
            .replace('nvidia_uvm,', ''),
        },
      }),
  },
  {
    code: 'uvm-missing',
    how: 'the container was not given it',
    on: ['container'],
    inject: (host) => without(host, '/dev/nvidia-uvm'),
  },
  ...['', '-1', '9', 'NoDevFiles'].map((value): Fault => ({
    code: 'cuda-visible-devices-empty',
    how: `CUDA_VISIBLE_DEVICES="${value}"`,
    on: NATIVE,
    inject: (host) => changed(host, { env: { CUDA_VISIBLE_DEVICES: value } }),
  })),
  {
    code: 'libcuda-missing',
    how: 'the library is not installed',
    on: OWN_KERNEL,
    inject: (host) => {
      const table = host.commands['nvidia-smi']!.stdout;
      return changed(
        without(host, /\/libcuda\.so/),
        smiSays(table.replace(/CUDA Version: [\d.]+/, 'CUDA Version: N/A'), 0),
      );
    },
  },
  {
    code: 'libcuda-stub-loaded',
    how: "LD_LIBRARY_PATH leads to a toolkit's stubs",
    on: ['toolkit'],
    inject: (host) => {
      const table = host.commands['nvidia-smi']!.stdout;
      const stubs = Object.keys(host.libraries).find((path) => path.endsWith('/stubs/libcuda.so'))!;
      return changed(host, {
        links: { [`${stubs}.1`]: 'libcuda.so' },
        env: { LD_LIBRARY_PATH: stubs.replace(/\/libcuda\.so$/, '') },
        ...smiSays(table.replace(/CUDA Version: [\d.]+/, 'CUDA Version: N/A'), 0),
      });
    },
  },
  {
    code: 'nvidia-utils-missing',
    severity: 'warning',
    how: 'nvidia-smi is not installed',
    on: OWN_KERNEL,
    inject: (host) =>
      changed(without(host, '/usr/bin/nvidia-smi'), { commands: { 'nvidia-smi': undefined } }),
  },
  {
    code: 'container-no-gpu',
    how: 'it was started without a GPU',
    on: ['container'],
    inject: (host) =>
      changed(withoutLibraries(without(host, isNvidiasNode, '/usr/bin/nvidia-smi')), {
        commands: { 'nvidia-smi': undefined },
        env: { NVIDIA_VISIBLE_DEVICES: undefined },
      }),
  },
  {
    code: 'wsl-linux-driver-installed',
    how: "a Linux driver's library stands before Windows'",
    on: ['wsl'],
    inject: (host) =>
      changed(host, {
        files: {
          '/var/lib/dpkg/status':
            'Package: libnvidia-compute-535\nStatus: install ok installed\nArchitecture: amd64\nVersion: 535.183.01-0ubuntu0.22.04.1\n',
        },
        libraries: { '/usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01': { soname: 'libcuda.so.1' } },
        links: { '/usr/lib/x86_64-linux-gnu/libcuda.so.1': 'libcuda.so.535.183.01' },
        cache: [['libcuda.so.1', '/usr/lib/x86_64-linux-gnu/libcuda.so.1'], ...host.cache],
        ...smiSays("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", 9),
      }),
  },
  {
    code: 'wsl1-no-gpu',
    how: 'the distribution runs in WSL 1',
    on: ['wsl'],
    inject: (host) =>
      changed(without(host, '/dev/dxg', '/usr/lib/wsl'), {
        files: {
          '/proc/sys/kernel/osrelease': '4.4.0-19041-Microsoft\n',
          '/proc/version': 'Linux version 4.4.0-19041-Microsoft\n',
        },
        commands: { 'nvidia-smi': undefined },
        cache: [],
      }),
  },
  {
    code: 'cuda-home-wrong',
    besidesAll: true,
    how: 'CUDA_HOME names a folder that is not there',
    on: ['toolkit'],
    inject: (host) => changed(host, { env: { CUDA_HOME: '/usr/local/cuda-9.2' } }),
  },
  {
    code: 'cuda-home-wrong',
    besidesAll: true,
    how: 'CUDA_HOME ends in /bin',
    on: ['toolkit'],
    inject: (host) => changed(host, { env: { CUDA_HOME: '/usr/local/cuda/bin' } }),
  },
  {
    code: 'cuda-symlink-mismatch',
    how: 'the link was left behind',
    on: ['toolkit'],
    inject: (host) => changed(host, { links: { '/usr/local/cuda': 'cuda-9.2' } }),
  },
  {
    code: 'disk-full',
    besidesAll: true,
    how: '/ is full',
    on: ['dkms', 'akmods', 'wsl', 'container', 'jetson'],
    inject: (host) => changed(host, { space: { '/': { freeBytes: 0, freeInodes: 1_000_000 } } }),
  },
  {
    code: 'disk-full',
    besidesAll: true,
    how: '/tmp has no inodes left',
    on: ['dkms', 'akmods'],
    inject: (host) => changed(host, { space: { '/tmp': { freeBytes: 9e9, freeInodes: 0 } } }),
  },
];

/** The kinds that a healthy machine is of. */
export function kindsOf(host: Host): readonly Kind[] {
  const own =
    host.name === 'WSL'
      ? 'wsl'
      : host.name === 'container'
        ? 'container'
        : host.name.startsWith('Jetson')
          ? 'jetson'
          : host.name.startsWith('Fedora')
            ? 'akmods'
            : 'dkms';
  const version = host.files['/proc/driver/nvidia/version'];
  const flavour = String(version).includes('Open') ? 'open' : 'proprietary';
  return [
    own,
    ...(version === undefined || own === 'container' ? [] : [flavour as Kind]),
    ...(host.links['/usr/local/cuda'] === undefined ? [] : ['toolkit' as Kind]),
  ];
}

export const faultsOn = (host: Host): readonly Fault[] => {
  const kinds = kindsOf(host);
  return FAULTS.filter(({ on }) => on.some((kind) => kinds.includes(kind)));
};
