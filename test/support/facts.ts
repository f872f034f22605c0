/**
 * Facts for tests of judgements. `unknownMachine()` with what a test wants to be known laid over it; `laptop()` is the
 * reference machine, complete and healthy: Ubuntu 18.04, GTX 1660 Ti, prefixes cuda9 and cuda10.
 */
import {
  absent,
  present,
  unknown,
  type Absent,
  type Answer,
  type Origin,
  type Present,
  type Unknown,
} from '../../src/machine/answer.ts';
import type {
  CompilerFacts,
  DamagedPrefix,
  DeviceNodeFacts,
  Facts,
  GpuFacts,
  GpuStateFacts,
  InstalledFramework,
  InstalledPackage,
  MappedLibrary,
  NvidiaSmiFacts,
  ProcessFacts,
  PythonFacts,
  ToolkitFacts,
} from '../../src/machine/facts.ts';
import type { Transcript } from '../../src/machine/machine.ts';
import { libraryOf } from '../../src/machine/facts/process/process.ts';
import { unknownMachine } from '../../src/machine/unknown-machine.ts';
import type { Question } from '../../src/doctor/types.ts';

export const RUN: Question = { purpose: 'run', needs: null };
export const BUILD: Question = { purpose: 'build', needs: null };

const file = (name: string): Origin => ({ kind: 'file', name });

export const is = <T>(value: T, name = '/test'): Present<T> => present(value, file(name));
export const none = (name = '/test'): Absent => absent(file(name));
export const hidden = (why = 'permission denied', name = '/test'): Unknown =>
  unknown('not-permitted', why, file(name));

export function gpu(over: Partial<GpuFacts> = {}): GpuFacts {
  return {
    busId: '01:00.0',
    pciId: '10de:2191',
    name: 'GeForce GTX 1660 Ti Mobile',
    computeCapability: '7.5',
    architecture: 'Turing',
    form: 'laptop',
    firstDriverBranch: '418',
    lastDriverBranch: null,
    openKernelModule: 'supported',
    kernelDriver: is<string | null>('nvidia'),
    ...over,
  };
}

/** An active environment without anything in it. */
export const python = (over: Partial<PythonFacts> = {}): PythonFacts => ({
  path: '/home/user/venv',
  chosen: 'active',
  version: '3.10.12',
  frameworks: [],
  nvidiaPackages: [],
  ...over,
});

export const torchIn = (build: string, isCpuBuild: boolean): PythonFacts =>
  python({
    frameworks: [
      {
        framework: 'torch',
        package: 'torch',
        version: '2.1.0',
        build,
        cuda: null,
        cudnn: null,
        isCpuBuild,
        architectures: null,
        requires: [],
        libraries: [],
        path: '/home/user/venv/lib/python3.10/site-packages/torch/version.py',
      },
    ],
  });

/** A running process with these libraries. */
export const loaded = (
  libraries: readonly (Pick<MappedLibrary, 'path'> & Partial<MappedLibrary>)[],
  over: Partial<ProcessFacts> = {},
): Present<ProcessFacts> =>
  is(
    {
      pid: 4242,
      program: '/usr/bin/python3.10',
      libraries: libraries.map(({ path, deleted = false }) => libraryOf({ path, deleted })),
      usesGpu: true,
      whole: true,
      elsewhere: is(false),
      ...over,
    },
    '/proc/4242/maps',
  );

/** TensorFlow of one's own Python, which opens the libraries of CUDA and cuDNN by name. */
export const tensorflowIn = (
  found: { cuda?: Answer<string>; cudnn?: Answer<string> },
  over: Partial<InstalledFramework> = {},
): PythonFacts => {
  const { cuda = is('/usr/lib/libcudart.so.11.0'), cudnn = is('/usr/lib/libcudnn.so.8') } = found;
  return python({
    frameworks: [
      {
        framework: 'tensorflow',
        package: 'tensorflow',
        version: '2.10.0',
        build: null,
        cuda: '11.2',
        cudnn: '8.1',
        isCpuBuild: false,
        architectures: null,
        requires: [],
        libraries: [
          { of: 'cuda', version: '11.2', soname: 'libcudart.so.11.0', found: cuda },
          { of: 'cudnn', version: '8.1', soname: 'libcudnn.so.8', found: cudnn },
        ],
        path: '/home/user/venv/lib/python3.10/site-packages/tensorflow/python/platform/build_info.py',
        ...over,
      },
    ],
  });
};

/** How the laptop's GPU is: healthy, apart from what is said. */
export function gpuState(over: Partial<GpuStateFacts> = {}): GpuStateFacts {
  return {
    busId: '01:00.0',
    index: 0,
    name: 'NVIDIA GeForce GTX 1660 Ti',
    virtualization: null,
    license: null,
    unreadable: [],
    failure: null,
    infoRom: null,
    persistence: false,
    computeMode: 'default',
    mig: null,
    migPending: null,
    migInstances: null,
    volatileUncorrected: null,
    aggregateUncorrected: null,
    sramThresholdExceeded: null,
    unrepairableMemory: null,
    repairPending: null,
    retiredPages: { single: null, double: null, pending: null },
    remappedRows: { uncorrectable: null, pending: null, failed: null },
    recoveryAction: 'None',
    clockReasons: ['gpu_idle'],
    performanceState: 'P8',
    utilization: 0,
    temperature: 45,
    slowdownTemperature: 94,
    power: { draw: 5, limit: null, enforced: 80, default: 80 },
    pcie: { generation: { now: 1, most: 3 }, width: { now: 16, most: 16 } },
    memory: { usedMiB: 200, totalMiB: 6144 },
    processes: [],
    nvlinks: null,
    peers: null,
    fabric: { state: null, status: null },
    ...over,
  };
}

/** Of the laptop with a GPU in that state. */
export const withState = (over: Partial<GpuStateFacts>): Facts => laptop({ gpuStates: is([gpuState(over)]) });

export const pkg = (
  name: string,
  version = '470.256.02-0ubuntu0.18.04.1',
  state = 'installed',
): InstalledPackage => ({
  name,
  version,
  architecture: 'amd64',
  state,
});

export function node(
  path: string,
  over: { mode?: number; gid?: number; accessible?: boolean | null; forbidden?: boolean } = {},
): DeviceNodeFacts {
  const { mode = 0o666, gid = 0, forbidden = false, accessible = !forbidden } = over;
  return {
    path,
    stat: present(
      { type: 'char', mode, uid: 0, gid, rdev: [195, 0], size: null },
      { kind: 'stat', name: path },
    ),
    forbidden,
    accessible: accessible === null ? hidden('the caller is not known', path) : is(accessible, path),
  };
}

export const nodes = (...paths: string[]): Present<readonly DeviceNodeFacts[]> =>
  is(paths.map((path) => node(path)));

export function toolkit(over: Partial<ToolkitFacts> = {}): ToolkitFacts {
  return {
    path: '/usr/local/cuda-11.8',
    prefix: null,
    recipe: null,
    layout: 'nvidia',
    version: '11.8.89',
    versionFrom: '/usr/local/cuda-11.8/version.json',
    has: { nvcc: true, cudart: true, cublas: true, mathLibraries: ['cufft'], headers: true },
    maxGcc: 11,
    maxClang: 14,
    targets: ['x86_64-linux'],
    inUse: ['PATH'],
    ...over,
  };
}

export const prefix = (name: string, version: string, maxGcc: number): ToolkitFacts =>
  toolkit({
    path: `/opt/gpu-setup/prefixes/${name}`,
    prefix: name,
    recipe: null,
    layout: 'prefix',
    version,
    maxGcc,
    inUse: [],
  });

export const damaged = (over: Partial<DamagedPrefix> = {}): DamagedPrefix => ({
  name: 'cuda11',
  path: '/home/user/.local/share/gpu-setup/prefixes/cuda11',
  why: 'bin/nvcc is empty',
  ofRoot: false,
  hasLock: true,
  recipe: null,
  cuda: '11.8.89',
  cudnn: null,
  foreign: null,
  inUse: [],
  ...over,
});

export function gxx(version: string, over: Partial<CompilerFacts> = {}): CompilerFacts {
  const name = over.name ?? 'g++';
  const major = Number(version.split('.')[0]);
  return {
    name,
    path: `/usr/bin/${name}`,
    family: 'gcc',
    language: 'c++',
    version,
    major,
    isDefault: name === 'g++',
    ...over,
  };
}

export function smi(over: Partial<NvidiaSmiFacts> = {}): NvidiaSmiFacts {
  return {
    outcome: 'ok',
    driverVersion: '470.256.02',
    cudaVersion: '11.4',
    cudaVersionNotAvailable: false,
    gpuNames: ['NVIDIA GeForce GTX 1660 Ti'],
    excerpt: 'NVIDIA-SMI 470.256.02',
    ...over,
  };
}

export const transcript = (argv: readonly string[], stdout = '', stderr = ''): Transcript => ({
  argv,
  outcome: 'unknown',
  exit: null,
  stdout,
  stderr,
  truncated: false,
});

export const ubuntu = (version: string): Facts['platform']['os'] =>
  is(
    { id: 'ubuntu', version, codename: null, prettyName: `Ubuntu ${version}`, idLike: ['debian'] },
    '/etc/os-release',
  );

export const debian = (version: string): Facts['platform']['os'] =>
  is(
    { id: 'debian', version, codename: null, prettyName: `Debian ${version}`, idLike: [] },
    '/etc/os-release',
  );

/** Parts of Facts, one level deep: { kernelDriver: { moduleVersion: none() } }. */
export type Over = {
  [K in keyof Facts]?: Facts[K] extends readonly unknown[] ? Facts[K] : Partial<Facts[K]> | Facts[K];
};

function lay(base: Facts, over: Over): Facts {
  const plain = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !('state' in value);
  return Object.fromEntries(
    Object.entries(base).map(([key, value]) => {
      const other: unknown = over[key as keyof Facts];
      return [
        key,
        other === undefined ? value : plain(value) && plain(other) ? { ...value, ...other } : other,
      ];
    }),
  ) as unknown as Facts;
}

/** A machine of which only this is known. */
export const known = (over: Over = {}): Facts => lay(unknownMachine(), over);

const KERNEL = '5.4.0-150-generic';
const LIBCUDA = {
  path: '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
  realPath: '/usr/lib/x86_64-linux-gnu/libcuda.so.470.256.02',
  soname: 'libcuda.so.1',
  version: '470.256.02',
};

/** The reference laptop, with changes. */
export const laptop = (over: Over = {}): Facts =>
  lay(
    {
      platform: {
        os: ubuntu('18.04'),
        architecture: is('x86_64'),
        kernel: is({ release: KERNEL, architecture: 'x86_64' }),
        container: is(null),
        virtualMachine: is(null),
        wsl: is(null),
        jetson: is(null),
        secureBoot: is(false),
        kernelsInstalled: is([KERNEL]),
        kernelHeaders: is(true),
      },
      gpus: is([gpu()], '/sys/bus/pci/devices'),
      kernelDriver: {
        modules: is(['nvidia', 'nvidia_uvm', 'nvidia_drm', 'nvidia_modeset'], '/proc/modules'),
        moduleVersion: is('470.256.02', '/proc/driver/nvidia/version'),
        moduleFlavour: is('proprietary'),
        moduleBuiltFor: is([KERNEL]),
        packages: is([pkg('nvidia-driver-470'), pkg('nvidia-dkms-470'), pkg('libnvidia-compute-470')]),
        blacklisted: { nouveau: is(true), nvidia: is(false) },
        kernelLog: is([
          'nvidia: module verification failed: signature and/or required key missing - tainting kernel',
        ]),
        buildLog: none(),
      },
      nodes: nodes('/dev/nvidia0', '/dev/nvidiactl', '/dev/nvidia-uvm', '/dev/nvidia-modeset'),
      driverLibraries: {
        libcuda: is([LIBCUDA]),
        libcudaLoaded: is({ ...LIBCUDA, by: 'ld.so.cache', stub: false }),
        libnvidiaMl: is([]),
        version: is('470.256.02'),
      },
      nvidiaSmi: is(smi()),
      gpuStates: is([]),
      lent: {
        visibleDevices: none(),
        capabilities: none(),
        job: is(null),
        sharedMemory: is({ freeBytes: 8 * 2 ** 30, totalBytes: 8 * 2 ** 30 }),
      },
      runtimes: { docker: none(), containerd: none(), toolkit: none(), cdi: none(), snapDocker: is(false) },
      compute: null,
      nvSwitches: is(0),
      services: { fabricManager: none(), persistenced: is({ active: 'active', enabled: true }) },
      toolkits: is([prefix('cuda9', '9.0.176', 6), prefix('cuda10', '10.0.130', 7)]),
      damagedPrefixes: none(),
      cudnn: is([
        {
          path: '/opt/gpu-setup/prefixes/cuda9/lib64/libcudnn.so.7',
          toolkit: '/opt/gpu-setup/prefixes/cuda9',
          version: '7.0.5',
          library: true,
          header: true,
        },
        {
          path: '/opt/gpu-setup/prefixes/cuda10/lib64/libcudnn.so.7',
          toolkit: '/opt/gpu-setup/prefixes/cuda10',
          version: '7.5.0',
          library: true,
          header: true,
        },
      ]),
      nvcc: none(),
      cudaHome: none(),
      environment: {
        visibleDevices: none(),
        cudaHomeIsThere: none(),
        cudaLink: none(),
        nvccCompiler: none(),
        nvidiaModprobe: is(true),
      },
      python: none(),
      process: none(),
      compilers: is([gxx('7.5.0'), gxx('6.5.0', { name: 'g++-6' })]),
      apt: { nvidiaSources: none(), nvidiaKeys: none() },
      disks: [{ path: '/', purpose: 'root', space: is({ freeBytes: 200 * 2 ** 30, freeInodes: 1_000_000 }) }],
      transcripts: [],
    },
    over,
  );

/** What makes a machine one without any driver: fresh from the installer. */
export const FRESH: Over = {
  gpus: is([gpu({ kernelDriver: is<string | null>('nouveau') })]),
  kernelDriver: {
    modules: is(['nouveau', 'i915']),
    moduleVersion: none(),
    moduleFlavour: none(),
    moduleBuiltFor: none(),
    packages: none(),
    blacklisted: { nouveau: is(false), nvidia: is(false) },
    kernelLog: is([]),
    buildLog: none(),
  },
  nodes: none(),
  driverLibraries: { libcuda: none(), libcudaLoaded: none(), libnvidiaMl: none(), version: none() },
  nvidiaSmi: none(),
  gpuStates: none(),
  compute: null,
};
