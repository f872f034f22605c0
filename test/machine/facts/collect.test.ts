import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { valueOf } from '../../../src/machine/answer.ts';
import { collectFacts } from '../../../src/machine/facts/collect.ts';
import type { Facts } from '../../../src/machine/facts.ts';
import { liveMachine } from '../../../src/machine/kinds/live.ts';
import { recording } from '../../../src/machine/snapshot/record.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';
import { parseSnapshot } from '../../../src/machine/snapshot/schema.ts';
import { SNAPSHOT_FORMAT, type Snapshot } from '../../../src/machine/snapshot/format.ts';
import { newLdCache } from '../../support/ld-cache-image.ts';

const facts = (snapshot: Omit<Snapshot, 'format'>): Promise<Facts> =>
  collectFacts(snapshotMachine({ format: SNAPSHOT_FORMAT, ...snapshot }, 'test.json'));

const whole = (...entries: string[]): { entries: string[]; complete: true } => ({ entries, complete: true });
const driverCache = Buffer.from(
  newLdCache([
    { soname: 'libcuda.so.1', path: '/usr/lib/x86_64-linux-gnu/libcuda.so.1' },
    { soname: 'libcudart.so.10.0', path: '/usr/local/cuda-10.0/lib64/libcudart.so.10.0' },
  ]),
).toString('base64');

/** Ubuntu 18.04 on a laptop with a GTX 1660 Ti, driver 470 and CUDA 10.0 with cuDNN 7.5, as files show it. */
const laptop: Omit<Snapshot, 'format'> = {
  files: {
    '/etc/os-release':
      'NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="18.04"\nVERSION_CODENAME=bionic\nPRETTY_NAME="Ubuntu 18.04.6 LTS"\n',
    '/proc/sys/kernel/osrelease': '5.4.0-150-generic\n',
    '/proc/sys/kernel/arch': null,
    '/proc/modules': 'nvidia_uvm 1 0 - Live 0x0\nnvidia 35000000 2 nvidia_uvm, Live 0x0 (POE)\n',
    '/proc/driver/nvidia/version':
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.256.02  Thu May  2 2024\n',
    '/proc/cmdline': 'BOOT_IMAGE=/boot/vmlinuz quiet splash\n',
    '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu vme de sse\n',
    '/proc/1/cgroup': '12:pids:/init.scope\n',
    '/sys/bus/pci/devices/0000:00:02.0/vendor': '0x8086\n',
    '/sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de\n',
    '/sys/bus/pci/devices/0000:01:00.0/device': '0x2191\n',
    '/sys/bus/pci/devices/0000:01:00.0/class': '0x030000\n',
    '/sys/bus/pci/devices/0000:01:00.1/vendor': '0x10de\n',
    '/sys/bus/pci/devices/0000:01:00.1/device': '0x1aeb\n',
    '/sys/bus/pci/devices/0000:01:00.1/class': '0x040300\n',
    '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c': { base64: 'BgAAAAE=' },
    '/etc/modprobe.d/nvidia-graphics-drivers.conf': 'blacklist nouveau\nalias nouveau off\n',
    '/var/lib/dpkg/status':
      'Package: nvidia-driver-470\nStatus: install ok installed\nArchitecture: amd64\nVersion: 470.256.02-0ubuntu0.18.04.1\n',
    '/usr/local/cuda-10.0/version.txt': 'CUDA Version 10.0.130\n',
    '/usr/local/cuda-10.0/include/crt/host_config.h':
      '#if __GNUC__ > 7\n#error -- unsupported GNU version!\n',
    '/usr/local/cuda-10.0/include/cudnn.h':
      '#define CUDNN_MAJOR 7\n#define CUDNN_MINOR 5\n#define CUDNN_PATCHLEVEL 0\n',
    '/etc/apt/sources.list': 'deb http://archive.example/ubuntu bionic main\n',
    '/etc/apt/sources.list.d/cuda.list':
      'deb https://developer.download.nvidia.com/compute/cuda/repos/ubuntu1804/x86_64 /\n',
    '/etc/apt/trusted.gpg': null,
    '/etc/ld.so.cache': { base64: driverCache },
    '/run/systemd/container': null,
    '/proc/self/mountinfo': '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n',
  },
  dirs: {
    '/sys/bus/pci/devices': whole('0000:00:02.0', '0000:01:00.0', '0000:01:00.1'),
    '/lib/modules': whole('5.4.0-150-generic', '5.4.0-84-generic'),
    '/lib/modules/5.4.0-150-generic/updates': whole('dkms'),
    '/lib/modules/5.4.0-150-generic/updates/dkms': whole('nvidia.ko', 'nvidia-uvm.ko'),
    '/lib/modules/5.4.0-84-generic/updates': null,
    '/lib/modules/5.4.0-84-generic/updates/dkms': null,
    '/lib/modules/5.4.0-84-generic/extra': null,
    '/lib/modules/5.4.0-84-generic/weak-updates': null,
    '/lib/modules/5.4.0-84-generic/kernel': whole('drivers'),
    '/lib/modules/5.4.0-84-generic/kernel/drivers': whole('video'),
    '/lib/modules/5.4.0-84-generic/kernel/drivers/video': whole('fbdev'),
    '/etc/modprobe.d': whole('nvidia-graphics-drivers.conf'),
    '/run/modprobe.d': null,
    '/usr/lib/modprobe.d': null,
    '/lib/modprobe.d': null,
    '/dev': whole('null', 'nvidia-uvm', 'nvidia0', 'nvidiactl'),
    '/usr/lib/x86_64-linux-gnu': whole(
      'libcuda.so',
      'libcuda.so.1',
      'libcuda.so.470.256.02',
      'libnvidia-ml.so.1',
      'libnvidia-ml.so.470.256.02',
    ),
    '/usr/local': whole('bin', 'cuda', 'cuda-10.0'),
    '/usr/local/cuda-10.0/bin': whole('nvcc', 'nvprof'),
    '/usr/local/cuda-10.0/lib64': whole(
      'libcublas.so.10.0',
      'libcudart.so.10.0',
      'libcudart.so.10.0.130',
      'libcudnn.so.7',
      'libcudnn.so.7.5.0',
      'libcufft.so.10.0',
    ),
    '/usr/local/cuda-10.0/include': whole('crt', 'cuda.h', 'cuda_runtime.h', 'cudnn.h'),
    '/usr/bin': whole('g++', 'g++-7', 'gcc', 'gcc-7', 'nvidia-smi'),
    '/etc/apt/sources.list.d': whole('cuda.list'),
    '/etc/apt/trusted.gpg.d': whole(),
    '/usr/share/keyrings': whole(),
    '/etc/apt/keyrings': null,
    '/usr/local/bin': whole(),
  },
  stat: {
    '/.dockerenv': null,
    '/run/.containerenv': null,
    '/dev/nvidia0': { type: 'char', mode: '0666', uid: 0, gid: 0, rdev: [195, 0] },
    '/dev/nvidiactl': { type: 'char', mode: '0666', uid: 0, gid: 0, rdev: [195, 255] },
    '/dev/nvidia-uvm': { type: 'char', mode: '0660', uid: 0, gid: 44, rdev: [236, 0] },
    '/lib/modules/5.4.0-150-generic/build': { type: 'dir' },
    '/usr/bin/g++-7': { type: 'file', mode: '0755' },
    '/usr/bin/gcc-7': { type: 'file', mode: '0755' },
    '/usr/local/cuda-10.0/bin/nvcc': { type: 'file', mode: '0755' },
    '/usr/local/cuda-10.0/lib64/libcudnn.so.7.5.0': { type: 'file' },
    '/usr/lib/x86_64-linux-gnu/libcuda.so.470.256.02': { type: 'file' },
    '/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.470.256.02': { type: 'file' },
  },
  links: {
    '/sys/bus/pci/devices/0000:01:00.0/driver': '../../../bus/pci/drivers/nvidia',
    '/usr/local/cuda': 'cuda-10.0',
    '/usr/bin/g++': 'g++-7',
    '/usr/bin/gcc': 'gcc-7',
    '/usr/local/cuda-10.0/lib64/libcudnn.so.7': 'libcudnn.so.7.5.0',
    '/usr/lib/x86_64-linux-gnu/libcuda.so': 'libcuda.so.1',
    '/usr/lib/x86_64-linux-gnu/libcuda.so.1': 'libcuda.so.470.256.02',
    '/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1': 'libnvidia-ml.so.470.256.02',
  },
  env: { PATH: '/usr/local/cuda/bin:/usr/bin', LD_LIBRARY_PATH: '/usr/local/cuda/lib64', HOME: '/home/user' },
  statfs: { '/': { freeBytes: 5_000_000_000, freeInodes: 100_000 } },
  elf: {
    '/bin/sh': { machine: 62 },
    '/usr/lib/x86_64-linux-gnu/libcuda.so.470.256.02': { soname: 'libcuda.so.1' },
  },
  commands: [
    {
      argv: ['nvidia-smi'],
      exit: 0,
      stdout: `| NVIDIA-SMI 470.256.02   Driver Version: 470.256.02   CUDA Version: 11.4     |
|   0  NVIDIA GeForce ...  Off  | 00000000:01:00.0 Off |                  N/A |\n`,
      stderr: '',
    },
  ],
  context: { uid: 1000, gids: [1000] },
};

describe('a laptop', () => {
  it('has its GPU from the PCI list, with the table beside it; the audio device is none', async () => {
    const { gpus } = await facts(laptop);
    expect(valueOf(gpus)).toEqual([
      expect.objectContaining({
        busId: '01:00.0',
        pciId: '10de:2191',
        name: 'GeForce GTX 1660 Ti Mobile',
        computeCapability: '7.5',
        kernelDriver: expect.objectContaining({ value: 'nvidia' }),
      }),
    ]);
  });

  it('has a platform', async () => {
    const { platform } = await facts(laptop);
    expect(valueOf(platform.os)).toMatchObject({ id: 'ubuntu', version: '18.04' });
    expect(valueOf(platform.kernel)).toEqual({ release: '5.4.0-150-generic', architecture: 'x86_64' });
    expect(platform.container).toMatchObject({ state: 'present', value: null });
    expect(platform.virtualMachine).toMatchObject({ state: 'present', value: null });
    expect(platform.secureBoot).toMatchObject({ state: 'present', value: true });
    expect(platform.kernelHeaders).toMatchObject({ state: 'present', value: true });
  });

  it('has a driver: module, libraries, packages, and what keeps nouveau away', async () => {
    const { kernelDriver, driverLibraries, nvidiaSmi } = await facts(laptop);
    expect(kernelDriver.moduleVersion).toMatchObject({ value: '470.256.02' });
    expect(kernelDriver.moduleFlavour).toMatchObject({ value: 'proprietary' });
    expect(kernelDriver.moduleBuiltFor).toMatchObject({ value: ['5.4.0-150-generic'] });
    expect(valueOf(kernelDriver.packages)?.map(({ name }) => name)).toEqual(['nvidia-driver-470']);
    expect(kernelDriver.blacklisted.nouveau).toMatchObject({ value: true });
    expect(kernelDriver.blacklisted.nvidia).toMatchObject({ value: false });
    expect(driverLibraries.libcudaLoaded).toMatchObject({
      value: {
        realPath: '/usr/lib/x86_64-linux-gnu/libcuda.so.470.256.02',
        by: 'ld.so.cache',
        stub: false,
        soname: 'libcuda.so.1',
      },
    });
    expect(valueOf(driverLibraries.libcuda)).toHaveLength(1);
    expect(driverLibraries.version).toMatchObject({ value: '470.256.02' });
    expect(nvidiaSmi).toMatchObject({ value: { outcome: 'ok', cudaVersion: '11.4' } });
  });

  it('has nodes, one of which this user may not open', async () => {
    const nodes = valueOf((await facts(laptop)).nodes)!;
    expect(nodes.map(({ path, accessible }) => [path, valueOf(accessible)])).toEqual([
      ['/dev/nvidia-uvm', false],
      ['/dev/nvidia0', true],
      ['/dev/nvidiactl', true],
    ]);
  });

  it('has one toolkit, in use in four ways, its cuDNN inside', async () => {
    const { toolkits, cudnn, nvcc } = await facts(laptop);
    expect(valueOf(toolkits)).toEqual([
      {
        path: '/usr/local/cuda-10.0',
        prefix: null,
        recipe: null,
        layout: 'nvidia',
        version: '10.0.130',
        versionFrom: '/usr/local/cuda-10.0/version.txt',
        has: { nvcc: true, cudart: true, cublas: true, mathLibraries: ['cufft'], headers: true },
        maxGcc: 7,
        maxClang: null,
        targets: [],
        inUse: ['PATH', 'LD_LIBRARY_PATH', 'symlink', 'ld.so.cache'],
      },
    ]);
    expect(valueOf(cudnn)).toEqual([
      {
        path: '/usr/local/cuda-10.0/lib64/libcudnn.so.7.5.0',
        toolkit: '/usr/local/cuda-10.0',
        version: '7.5.0',
        library: true,
        header: true,
      },
    ]);
    expect(nvcc).toMatchObject({
      value: {
        path: '/usr/local/cuda/bin/nvcc',
        realPath: '/usr/local/cuda-10.0/bin/nvcc',
        version: '10.0.130',
      },
    });
  });

  it('has compilers whose links tell their version, and an apt source without its key', async () => {
    const { compilers, apt, disks } = await facts(laptop);
    expect(valueOf(compilers)?.map(({ name, major, isDefault }) => [name, major, isDefault])).toEqual([
      ['g++', 7, true],
      ['g++-7', 7, false],
      ['gcc', 7, true],
      ['gcc-7', 7, false],
    ]);
    expect(valueOf(apt.nvidiaSources)).toHaveLength(1);
    expect(apt.nvidiaKeys.state).toBe('absent');
    expect(disks.find(({ path }) => path === '/')?.space).toMatchObject({ value: { freeInodes: 100_000 } });
  });
});

describe('what a snapshot does not hold', () => {
  it('is unknown, never absent', async () => {
    const none = await facts({});
    for (const [name, answer] of Object.entries({
      ...none.platform,
      ...none.kernelDriver.blacklisted,
      ...none.apt,
    })) {
      expect([name, answer.state]).toEqual([name, 'unknown']);
    }
    const { kernelDriver, driverLibraries, gpus, nodes, toolkits, cudnn, nvcc, compilers, nvidiaSmi } = none;
    const { modules, moduleVersion, moduleFlavour, moduleBuiltFor, packages, kernelLog } = kernelDriver;
    for (const answer of [gpus, nodes, toolkits, cudnn, nvcc, compilers, nvidiaSmi, modules, moduleVersion]) {
      expect(answer.state).toBe('unknown');
    }
    for (const answer of [
      moduleFlavour,
      moduleBuiltFor,
      packages,
      kernelLog,
      ...Object.values(driverLibraries),
    ]) {
      expect(answer.state).toBe('unknown');
    }
  });

  it('is not filled in by a filtered listing: lspci | grep', async () => {
    const { gpus } = await facts({
      commands: [
        {
          argv: ['sh', '-c', 'lspci | grep -i audio'],
          stdout: '00:1f.3 Audio device: Intel Corporation Cannon Lake\n',
        },
      ],
    });
    expect(gpus.state).toBe('unknown');
  });

  it('is known where a whole listing has other graphics and no NVIDIA', async () => {
    const { gpus } = await facts({
      commands: [
        {
          argv: ['lspci'],
          stdout: '01:00.0 VGA compatible controller: Advanced Micro Devices, Inc. [AMD/ATI] Hawaii XT\n',
        },
      ],
    });
    expect(gpus.state).toBe('absent');
  });

  it('a complete PCI list without NVIDIA is no GPU; an incomplete one is not', async () => {
    const files = { '/sys/bus/pci/devices/0000:00:02.0/vendor': '0x8086\n' };
    expect((await facts({ files, dirs: { '/sys/bus/pci/devices': whole('0000:00:02.0') } })).gpus.state).toBe(
      'absent',
    );
    expect((await facts({ files })).gpus.state).toBe('unknown');
  });
});

describe('pastes', () => {
  it('lspci without ids and with drivers is joined with lspci with ids', async () => {
    const { gpus } = await facts({
      commands: [
        {
          argv: ['lspci', '-nn'],
          stdout:
            '01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:1c8c] (rev a1)\n',
        },
        {
          argv: ['sudo', 'lspci', '-k'],
          stdout:
            '01:00.0 VGA compatible controller: NVIDIA Corporation Device (rev a1)\n\tKernel driver in use: nouveau\n',
        },
      ],
    });
    expect(valueOf(gpus)).toEqual([
      expect.objectContaining({
        pciId: '10de:1c8c',
        lastDriverBranch: '580',
        kernelDriver: expect.objectContaining({ value: 'nouveau' }),
      }),
    ]);
  });

  it('an old card in lshw has its last driver branch', async () => {
    const { gpus } = await facts({
      commands: [
        {
          argv: ['lshw', '-C', 'display'],
          stdout:
            '  *-display\n       description: VGA compatible controller\n       product: G98 [GeForce 9300 GS]\n       vendor: NVIDIA Corporation\n       bus info: pci@0000:03:00.0\n       configuration: driver=nouveau latency=0\n',
        },
      ],
    });
    expect(valueOf(gpus)).toEqual([
      expect.objectContaining({
        busId: '03:00.0',
        name: 'GeForce 9300 GS',
        architecture: 'Tesla',
        lastDriverBranch: '340',
      }),
    ]);
  });

  it('ls of /dev/nvidia* with a mode that nobody but root can use', async () => {
    const { nodes } = await facts({
      commands: [
        {
          argv: ['sh', '-c', 'ls -al /dev/nvidia*'],
          stdout:
            'crw-rw-rw- 1 root root  510,   0 Jun 25 11:27 /dev/nvidia-uvm\nc-w--wx-wT 1 root video 195,   0 Jun 25 11:05 /dev/nvidia0\nc-w--wx-wT 1 root video 195, 255 Jun 25 11:05 /dev/nvidiactl\n',
        },
      ],
    });
    expect(valueOf(nodes)?.map(({ path, accessible }) => [path, valueOf(accessible)])).toEqual([
      ['/dev/nvidia-uvm', true],
      ['/dev/nvidia0', false],
      ['/dev/nvidiactl', false],
    ]);
  });

  it('ls that finds no node says that there are none', async () => {
    const stderr = "ls: cannot access '/dev/nvidia*': No such file or directory\n";
    const { nodes } = await facts({
      commands: [{ argv: ['ls', '-l', '/dev/nvidia*'], stdout: '', stderr, exit: 2 }],
    });
    expect(nodes.state).toBe('absent');
  });

  it('a node that a whole listing lacks is missing', async () => {
    const stdout = 'crw-rw-rw- 1 root root 195, 255 Jun 25 11:05 /dev/nvidiactl\n';
    const { nodes } = await facts({ commands: [{ argv: ['ls', '-l', '/dev/nvidia*'], stdout }] });
    expect(valueOf(nodes)?.map(({ path }) => path)).toEqual(['/dev/nvidiactl']);
  });

  it('versions of module and packages that differ are both known', async () => {
    const { kernelDriver, driverLibraries } = await facts({
      files: {
        '/proc/driver/nvidia/version':
          'NVRM version: NVIDIA UNIX x86_64 Kernel Module  520.56.06  Thu Oct  6\n',
      },
      commands: [
        {
          argv: ['dpkg', '-l', 'nvidia-smi'],
          stdout: 'ii  nvidia-smi     525.85.12-1  amd64        NVIDIA System Management Interface\n',
        },
        { argv: ['nvidia-smi'], stdout: 'Failed to initialize NVML: Driver/library version mismatch\n' },
      ],
    });
    expect(kernelDriver.moduleVersion).toMatchObject({ value: '520.56.06' });
    expect(driverLibraries.version).toMatchObject({ value: '525.85.12', from: { kind: 'command' } });
  });

  it('df of a full root, find of a module for another kernel, prime-select', async () => {
    const pasted = await facts({
      commands: [
        {
          argv: ['df', '-h'],
          stdout: 'Filesystem Size Used Avail Use% Mounted on\noverlay 32G 30G 0 100% /\n',
        },
        { argv: ['uname', '-r'], stdout: '3.13.0-116-generic\n' },
        {
          argv: ['find', '/lib/modules/', '-name', '*nvidia*'],
          stdout: '/lib/modules/3.13.0-88-generic/kernel/drivers/video/nvidia.ko\n',
        },
        { argv: ['modprobe', 'nvidia'], stderr: "modprobe: ERROR: could not find module by name='off'\n" },
      ],
    });
    expect(pasted.disks.find(({ path }) => path === '/')?.space).toMatchObject({ value: { freeBytes: 0 } });
    expect(pasted.kernelDriver.moduleBuiltFor).toMatchObject({ value: ['3.13.0-88-generic'] });
    expect(valueOf(pasted.platform.kernel)?.release).toBe('3.13.0-116-generic');
    expect(pasted.kernelDriver.blacklisted.nvidia).toMatchObject({ value: true });
  });

  it('nvcc --version, gcc --version and cat of a file stand for what was not recorded', async () => {
    const pasted = await facts({
      commands: [
        { argv: ['nvcc', '--version'], stdout: 'Cuda compilation tools, release 10.2, V10.2.89\n' },
        { argv: ['gcc', '--version'], stdout: 'gcc (Ubuntu 9.3.0-10ubuntu2) 9.3.0\n' },
        {
          argv: ['cat', '/proc/driver/nvidia/version'],
          stdout: 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  440.33.01  Wed\n',
        },
        { argv: ['cat', '/etc/os-release'], stdout: 'NAME="Ubuntu"\nVERSION_ID="20.04"\n' },
      ],
    });
    expect(valueOf(pasted.nvcc)?.version).toBe('10.2.89');
    expect(valueOf(pasted.compilers)).toEqual([
      expect.objectContaining({ name: 'gcc', major: 9, isDefault: true }),
    ]);
    expect(pasted.kernelDriver.moduleVersion).toMatchObject({
      value: '440.33.01',
      from: { kind: 'command' },
    });
    expect(valueOf(pasted.platform.os)?.version).toBe('20.04');
  });

  it('nvidia-smi that is not there, in the words of a shell and of Python', async () => {
    const shell = await facts({
      commands: [{ argv: ['nvidia-smi'], exit: 127, stderr: 'bash: nvidia-smi: command not found\n' }],
    });
    const python = await facts({
      commands: [
        {
          argv: ['nvidia-smi'],
          stderr: "FileNotFoundError: [Errno 2] No such file or directory: 'nvidia-smi': 'nvidia-smi'\n",
        },
      ],
    });
    expect([shell.nvidiaSmi.state, python.nvidiaSmi.state]).toEqual(['absent', 'absent']);
  });

  it("a driver version that differs from nvidia-smi's own is no kernel module's", async () => {
    const { kernelDriver, nvidiaSmi } = await facts({
      commands: [
        {
          argv: ['nvidia-smi'],
          stdout: '| NVIDIA-SMI 530.30.02   Driver Version: 531.18  CUDA Version: 12.1 |\n',
        },
      ],
    });
    expect(valueOf(nvidiaSmi)?.driverVersion).toBe('531.18');
    expect(kernelDriver.moduleVersion.state).toBe('unknown');
  });

  it('df -i without inodes left is a full disk, with some it says nothing about bytes', async () => {
    const df = (free: number): ReturnType<typeof facts> =>
      facts({
        commands: [
          {
            argv: ['df', '-i'],
            stdout: `Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda2 100 100 ${free} 99% /\n`,
          },
        ],
      });
    const root = async (free: number): Promise<unknown> => valueOf((await df(free)).disks[0]!.space);
    expect(await root(0)).toEqual({ freeBytes: 0, freeInodes: 0 });
    expect(await root(5)).toBeUndefined();
  });

  it('nvidia-smi that hung is a finding', async () => {
    const { nvidiaSmi } = await facts({ commands: [{ argv: ['nvidia-smi'], outcome: 'timed-out' }] });
    expect(nvidiaSmi).toMatchObject({ value: { outcome: 'hung', excerpt: 'no answer within 5 s' } });
  });
});

describe('WSL', () => {
  const wsl: Omit<Snapshot, 'format'> = {
    files: {
      '/proc/sys/kernel/osrelease': '5.15.90.1-microsoft-standard-WSL2\n',
      '/sys/bus/pci/devices/0000:00:00.0/vendor': '0x1414\n',
    },
    dirs: {
      '/sys/bus/pci/devices': whole('0000:00:00.0'),
      '/usr/lib/wsl/lib': whole('libcuda.so', 'libcuda.so.1', 'libcuda.so.1.1'),
    },
    stat: {
      '/dev/dxg': { type: 'char', mode: '0666', uid: 0, gid: 0 },
      '/dev/nvidia0': null,
      '/dev/nvidiactl': null,
      '/dev/nvidia-uvm': null,
    },
    commands: [
      {
        argv: ['nvidia-smi'],
        stdout:
          '| NVIDIA-SMI 530.30.02   Driver Version: 531.18  CUDA Version: 12.1 |\n|   0  NVIDIA RTX A4000  On | 00000000:01:00.0 On | N/A |\n',
      },
    ],
  };

  it("shows the GPU through nvidia-smi, not through PCI, and Windows' driver is no kernel module", async () => {
    const { platform, gpus, kernelDriver } = await facts(wsl);
    expect(platform.wsl).toMatchObject({ value: 2 });
    expect(valueOf(gpus)).toEqual([expect.objectContaining({ name: 'RTX A4000', computeCapability: '8.6' })]);
    expect(kernelDriver.moduleVersion.state).toBe('unknown');
  });

  it('has one node of its own, and libcuda where Windows puts it', async () => {
    const { nodes, driverLibraries } = await facts(wsl);
    expect(valueOf(nodes)?.map(({ path }) => path)).toEqual(['/dev/dxg']);
    expect(valueOf(driverLibraries.libcuda)?.map(({ path }) => path)).toContain(
      '/usr/lib/wsl/lib/libcuda.so.1.1',
    );
  });

  it('1 is told from 2', async () => {
    const { platform } = await facts({ files: { '/proc/sys/kernel/osrelease': '4.4.0-19041-Microsoft\n' } });
    expect(platform.wsl).toMatchObject({ value: 1 });
  });
});

describe('containers', () => {
  it.each([
    ['docker by its mark', { stat: { '/.dockerenv': { type: 'file' as const } } }, 'docker'],
    [
      'podman by its mark',
      { stat: { '/.dockerenv': null, '/run/.containerenv': { type: 'file' as const } } },
      'podman',
    ],
    ['kubernetes by its variable', { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }, 'kubernetes'],
    ['lxc by the manager', { files: { '/run/systemd/container': 'lxc\n' } }, 'lxc'],
    ['docker by its cgroup', { files: { '/proc/1/cgroup': '12:pids:/docker/0123\n' } }, 'docker'],
    ['nspawn by its variable', { env: { container: 'systemd-nspawn' } }, 'systemd-nspawn'],
    ['something else that calls itself one', { env: { container: 'oci' } }, 'other'],
  ])('%s', async (_, snapshot, kind) => {
    expect((await facts(snapshot)).platform.container).toMatchObject({ state: 'present', value: kind });
  });

  it('hide the firmware: no Secure Boot state is made of that', async () => {
    const { platform } = await facts({
      stat: { '/.dockerenv': { type: 'file' }, '/sys/firmware': { type: 'dir' }, '/sys/firmware/efi': null },
    });
    expect(platform.secureBoot.state).toBe('unknown');
  });

  it('a machine without EFI has no Secure Boot', async () => {
    const { platform } = await facts({
      ...laptop,
      files: {
        ...laptop.files,
        '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c': null,
      },
      stat: { ...laptop.stat, '/sys/firmware': { type: 'dir' }, '/sys/firmware/efi': null },
    });
    expect(platform.secureBoot).toMatchObject({ state: 'present', value: false });
  });
});

describe('toolkits', () => {
  it("the distribution's own layout is one toolkit, behind Debian's wrapper", async () => {
    const { toolkits, nvcc } = await facts({
      files: {
        '/usr/bin/nvcc': '#!/bin/sh\nexec /usr/lib/nvidia-cuda-toolkit/bin/nvcc "$@"\n',
        '/usr/include/crt/host_config.h': '#if __GNUC__ > 11\n',
      },
      dirs: {
        '/usr/local': whole('bin'),
        '/usr/lib/nvidia-cuda-toolkit/bin': whole('nvcc', 'g++'),
        '/usr/lib/x86_64-linux-gnu': whole('libcudart.so.11.0', 'libcudart.so.11.8.89', 'libcublas.so.11'),
        '/usr/include': whole('cuda_runtime.h'),
      },
      stat: {
        '/usr/bin/nvcc': { type: 'file', mode: '0755' },
        '/usr/lib/nvidia-cuda-toolkit/bin/nvcc': { type: 'file', mode: '0755' },
      },
      env: { PATH: '/usr/bin' },
    });
    expect(valueOf(toolkits)).toEqual([
      expect.objectContaining({
        path: '/',
        layout: 'debian',
        version: '11.8.89',
        maxGcc: 11,
        inUse: ['PATH'],
      }),
    ]);
    expect(nvcc).toMatchObject({
      value: { realPath: '/usr/lib/nvidia-cuda-toolkit/bin/nvcc', version: '11.8.89' },
    });
  });

  it('a prefix is known by its manifest; a damaged one is not taken for a toolkit of ours', async () => {
    const manifest = manifestOf('cuda9', { recipe: 'cuda9', cuda: '9.0.176', cudnn: '7.0.5' });
    const { toolkits, damagedPrefixes } = await facts({
      files: {
        '/opt/gpu-setup/generations/cuda9-1/.gpu-setup/manifest.json': manifest,
        '/opt/gpu-setup/generations/bad-1/.gpu-setup/manifest.json':
          '{"schema": "gpu-setup/manifest@1", "prefix": 5}',
      },
      links: {
        '/opt/gpu-setup/prefixes/cuda9': '../generations/cuda9-1',
        '/opt/gpu-setup/prefixes/bad': '../generations/bad-1',
      },
      dirs: {
        '/opt/gpu-setup/prefixes': whole('bad', 'cuda9'),
        '/opt/gpu-setup/generations/cuda9-1/bin': whole('nvcc'),
        '/opt/gpu-setup/generations/cuda9-1/lib64': whole('libcudart.so.9.0'),
        '/opt/gpu-setup/generations/bad-1/bin': whole('nvcc'),
      },
      env: { CUDA_HOME: '/opt/gpu-setup/prefixes/bad' },
    });
    expect(valueOf(damagedPrefixes)).toEqual([
      expect.objectContaining({
        name: 'bad',
        why: '.gpu-setup/manifest.json: it describes no prefix',
        ofRoot: true,
        inUse: ['CUDA_HOME'],
      }),
    ]);
    expect(valueOf(toolkits)).toEqual([
      expect.objectContaining({
        path: '/opt/gpu-setup/generations/cuda9-1',
        prefix: 'cuda9',
        layout: 'prefix',
        version: '9.0.176',
        inUse: [],
      }),
    ]);
  });

  it('a prefix for other machines is none of this one, whatever leads to it', async () => {
    const { toolkits } = await facts({
      commands: [{ argv: ['uname', '-m'], exit: 0, stdout: 'x86_64\n', stderr: '' }],
      files: {
        '/opt/gpu-setup/generations/own-1/.gpu-setup/manifest.json': manifestOf('own', {
          architecture: 'amd64',
        }),
        '/opt/gpu-setup/generations/other-1/.gpu-setup/manifest.json': manifestOf('other', {
          architecture: 'arm64',
        }),
      },
      links: {
        '/opt/gpu-setup/prefixes/own': '../generations/own-1',
        '/opt/gpu-setup/prefixes/other': '../generations/other-1',
      },
      dirs: {
        '/opt/gpu-setup/prefixes': whole('other', 'own'),
        '/opt/gpu-setup/generations/own-1/bin': whole('nvcc'),
        '/opt/gpu-setup/generations/other-1/bin': whole('nvcc'),
      },
      env: { CUDA_HOME: '/opt/gpu-setup/prefixes/other' },
    });
    expect(valueOf(toolkits)?.map((one) => one.prefix)).toEqual(['own']);
  });

  it('a link to nothing and a folder that a removal left are none', async () => {
    const { toolkits } = await facts({
      links: { '/usr/local/cuda': '/usr/local/cuda-11.2' },
      dirs: {
        '/usr/local': whole('cuda', 'cuda-9.0'),
        '/usr/local/cuda-9.0': whole('doc'),
        '/usr/local/cuda-9.0/doc': whole(),
      },
      env: { PATH: '/usr/bin' },
    });
    expect(toolkits.state).toBe('absent');
  });
});

/** As a prefix in root's home has it. */
function manifestOf(name: string, change: Readonly<Record<string, string>>): string {
  const prefix = {
    schema: 'gpu-setup/prefix@1',
    name,
    path: `/opt/gpu-setup/prefixes/${name}`,
    recipe: null,
    cuda: '11.8.89',
    cudnn: null,
    components: [],
    installedAt: '2026-01-01T00:00:00Z',
    packages: [],
    bytes: { own: 0, shared: 0 },
    sharing: 'copy',
    ...change,
  };
  return JSON.stringify({
    schema: 'gpu-setup/manifest@1',
    prefix,
    entries: [],
    dropped: [],
    licences: [],
  });
}

describe('hostile and broken input', () => {
  const junk =
    '\u0000\u001b[31m\u202e' +
    '|   0  ' +
    'A '.repeat(50_000) +
    '\n' +
    '['.repeat(20_000) +
    ' '.repeat(50_000);
  const binary = {
    base64: Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 37) & 255)).toString('base64'),
  };

  it('never throws, whatever the files hold, and takes no time over it', async () => {
    for (const content of [junk, binary, '', { text: junk, truncated: true }, { error: 'EIO' }]) {
      const files = Object.fromEntries(Object.keys(laptop.files!).map((path) => [path, content]));
      const started = performance.now();
      await facts({ ...laptop, files });
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });

  it('never throws, whatever commands print', async () => {
    const programs = [
      ...['lspci -nnk', 'lshw -C display', 'nvidia-smi', 'dmesg', 'journalctl -k', 'dpkg -l', 'dkms status'],
      ...['ls -l /dev/nvidia*', 'df -h', 'uname -a', 'gcc --version', 'nvcc --version', 'mokutil --sb-state'],
      ...[
        'find /lib/modules',
        'lsmod',
        'modinfo nvidia',
        'lsb_release -a',
        'which nvcc',
        'systemd-detect-virt',
      ],
    ];
    for (const stdout of [junk, junk.repeat(4), '\n'.repeat(100_000)]) {
      // What grows with the square of its length takes minutes; how loaded the machine is does not matter.
      const started = performance.now();
      await facts({ commands: programs.map((line) => ({ argv: line.split(' '), stdout, stderr: stdout })) });
      expect(performance.now() - started).toBeLessThan(15_000);
    }
  }, 60_000);

  it('links in circles and paths in the environment that are none', async () => {
    await facts({
      links: { '/usr/local/cuda': '/usr/local/cuda', '/usr/bin/g++': '/usr/bin/g++' },
      dirs: { '/usr/local': whole('cuda'), '/usr/bin': whole('g++', 'nvcc') },
      env: {
        PATH: '/usr/bin:relative::/' + 'x'.repeat(5000),
        CUDA_HOME: 'not absolute',
        LD_LIBRARY_PATH: ':::',
        GPU_SETUP_HOME: 'relative',
      },
    });
  });
});

describe('this machine', () => {
  it('is described without throwing, and a recording of it gives the same facts', async () => {
    const recorder = recording(liveMachine());
    const live = await collectFacts(recorder.machine);
    const snapshot = parseSnapshot(JSON.stringify(recorder.snapshot()), 'recorded.json');
    const replayed = await collectFacts(snapshotMachine(snapshot, 'recorded.json'));
    const comparable = ({ transcripts: _, ...rest }: Facts): unknown => ({
      ...rest,
      disks: rest.disks.map(({ path }) => path),
    });
    expect(comparable(replayed)).toEqual(comparable(live));
  });
});

const CASES = join(import.meta.dirname, '../../../../shared/doctor-cases');

describe.skipIf(!existsSync(CASES))('collected cases (skipped where they are not)', () => {
  const snapshots = existsSync(CASES)
    ? readdirSync(CASES).flatMap((name) => {
        const { snapshot } = JSON.parse(readFileSync(join(CASES, name), 'utf8')) as { snapshot?: Snapshot };
        return snapshot ? [{ name, snapshot }] : [];
      })
    : [];

  it.each(snapshots)('$name does not throw', async ({ name, snapshot }) => {
    const text = JSON.stringify({ ...snapshot, format: SNAPSHOT_FORMAT });
    const collected = await collectFacts(snapshotMachine(parseSnapshot(text, name), name));
    expect(collected.transcripts.length).toBe(snapshot.commands?.length ?? 0);
  });
});
