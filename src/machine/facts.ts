/**
 * What is known about a machine: the result of all probes, input of every judgement. Plain data; every leaf that may be
 * missing is an Answer, so that "absent" and "could not look" stay apart. Field names are part of `doctor --json`.
 */
import type { FrameworkName } from '../compat/frameworks.ts';
import type { Answer } from './answer.ts';
import type { FoundLibrary } from './loader.ts';
import type { DiskSpace, FileStat, Transcript } from './machine.ts';

export interface OsFacts {
  /** os-release ID: ubuntu, debian, fedora, ... */
  id: string;
  /** VERSION_ID: "18.04", "12"; null on rolling releases. */
  version: string | null;
  /** VERSION_CODENAME where given. */
  codename: string | null;
  prettyName: string;
  idLike: readonly string[];
}

export interface KernelFacts {
  /** uname -r */
  release: string;
  /** uname -m; "unknown" where a paste names the release alone. */
  architecture: string;
}

export type ContainerKind =
  'docker' | 'podman' | 'lxc' | 'kubernetes' | 'singularity' | 'systemd-nspawn' | 'chroot' | 'other';
export type HypervisorKind = 'kvm' | 'vmware' | 'virtualbox' | 'hyper-v' | 'xen' | 'other';

export interface PlatformFacts {
  os: Answer<OsFacts>;
  /** Of the programs and packages here, as `uname -m` names it: x86_64, aarch64. */
  architecture: Answer<string>;
  kernel: Answer<KernelFacts>;
  /** Present with null: looked, and it is none. */
  container: Answer<ContainerKind | null>;
  virtualMachine: Answer<HypervisorKind | null>;
  wsl: Answer<1 | 2 | null>;
  /** Release of L4T ("L4T 32.5.0"), or what else shows it: a Jetson, whose driver is part of L4T. Present with null: it is none. */
  jetson: Answer<string | null>;
  secureBoot: Answer<boolean>;
  /** Kernel releases that have a folder in /lib/modules. */
  kernelsInstalled: Answer<readonly string[]>;
  /** Whether headers for the running kernel are there (/lib/modules/R/build). */
  kernelHeaders: Answer<boolean>;
}

export interface GpuFacts {
  /** "01:00.0" (domain 0000 left out) or "0001:01:00.0"; from a paste without addresses "?0", "?1", ... */
  busId: string;
  /** "10de:2191"; null where the source gives no id. */
  pciId: string | null;
  /** From the table, else from what the source printed. */
  name: string | null;
  /** "7.5" */
  computeCapability: string | null;
  architecture: string | null;
  form: string | null;
  /** First and last driver branch that serve it; last null: still served. */
  firstDriverBranch: string | null;
  lastDriverBranch: string | null;
  openKernelModule: 'required' | 'supported' | 'unsupported' | null;
  /** Kernel driver bound to it (sysfs `driver` link, lspci "Kernel driver in use"); present with null: none. */
  kernelDriver: Answer<string | null>;
}

export type ModuleFlavour = 'proprietary' | 'open';

export interface KernelDriverFacts {
  /** Loaded kernel modules by name (underscores). */
  modules: Answer<readonly string[]>;
  /** Version of the loaded nvidia module. Absent: not loaded. */
  moduleVersion: Answer<string>;
  moduleFlavour: Answer<ModuleFlavour>;
  /** Kernel releases for which an nvidia.ko is installed. Absent: for none. */
  moduleBuiltFor: Answer<readonly string[]>;
  /** Driver packages installed (dpkg), `nvidia-driver-535 535.183.01-0ubuntu1` style. Absent: none. */
  packages: Answer<readonly InstalledPackage[]>;
  /** Whether configuration keeps nouveau, or nvidia, from loading (modprobe.d, kernel command line). */
  blacklisted: { nouveau: Answer<boolean>; nvidia: Answer<boolean> };
  /** Newest kernel messages about NVIDIA (NVRM, nouveau, module signature), oldest first. */
  kernelLog: Answer<readonly string[]>;
  /** What the compiler said where the module could not be built for the running kernel. Absent: nothing failed, or nobody kept it. */
  buildLog: Answer<readonly string[]>;
}

export interface InstalledPackage {
  name: string;
  version: string;
  architecture: string;
  /** dpkg's state in one word: installed, config-files, half-configured, ... */
  state: string;
}

export interface DeviceNodeFacts {
  path: string;
  stat: Answer<FileStat>;
  /** Whether the caller may open it for reading and writing: the kernel's own word, else judged from mode, owner and the caller's groups. */
  accessible: Answer<boolean>;
  /** True where it is the device rules of a cgroup that keep it closed: so is whatever was not given to a container or a job. */
  forbidden: boolean;
}

export interface LibraryFile {
  /** As found, and with links resolved. */
  path: string;
  realPath: string;
  soname: string | null;
  /** From the file name's suffix (libcuda.so.535.183.01), else null. */
  version: string | null;
}

export interface DriverLibraryFacts {
  /** All copies found, the one the loader takes first. Absent: looked everywhere, none. */
  libcuda: Answer<readonly LibraryFile[]>;
  /** The file that `dlopen("libcuda.so.1")` opens, and by which rule. Absent: none. */
  libcudaLoaded: Answer<LibraryFile & { by: FoundLibrary['by']; stub: boolean }>;
  libnvidiaMl: Answer<readonly LibraryFile[]>;
  /** Newest version among the user-mode driver libraries: what the module must equal. */
  version: Answer<string>;
}

export interface NvidiaSmiFacts {
  /** What it said: works, or how it failed. */
  outcome: 'ok' | 'mismatch' | 'no-driver' | 'no-devices' | 'no-library' | 'hung' | 'failed';
  driverVersion: string | null;
  /** "12.2"; null for N/A (it could not load libcuda) or where old versions do not print it. */
  cudaVersion: string | null;
  cudaVersionNotAvailable: boolean;
  gpuNames: readonly string[];
  /** First lines of its output, for evidence. */
  excerpt: string;
}

export type ComputeMode = 'default' | 'exclusive-thread' | 'exclusive-process' | 'prohibited';

/**
 * Why a GPU does not run at its full clocks, as NVML names it: "clocks event reasons", before driver 535 "clocks throttle
 * reasons". Not every one is trouble: gpu_idle and what somebody has set are none.
 */
export type ClockReason =
  | 'gpu_idle'
  | 'applications_clocks_setting'
  | 'sw_power_cap'
  | 'hw_slowdown'
  | 'sync_boost'
  | 'sw_thermal_slowdown'
  | 'hw_thermal_slowdown'
  | 'hw_power_brake_slowdown'
  | 'display_clocks_setting';

export interface GpuProcess {
  pid: number;
  /** Computes (C, C+G, M+C), and not only draws (G). */
  computes: boolean;
  /** Base name of the program: "python". */
  name: string | null;
  usedMiB: number | null;
}

export interface NvLinkFacts {
  link: number;
  active: boolean | null;
  /** Replay, recovery and CRC errors together, since the driver was loaded. */
  errors: number | null;
}

/** How one GPU reaches another: NV12 (12 NVLinks), PIX, PXB, PHB, NODE, SYS, as `nvidia-smi topo -m` prints it. */
export interface GpuPeer {
  index: number;
  path: string;
}

/**
 * How one GPU is, from nvidia-smi or from NVML. Null: nobody says it, or the GPU has no such thing; an empty list: it was said that
 * there is none.
 */
export interface GpuStateFacts {
  busId: string | null;
  index: number | null;
  name: string | null;
  /** "None", "Pass-Through" (whole, in a virtual machine), "VGPU" (a part of one, there), "Host VGPU" (lends parts). */
  virtualization: string | null;
  /** Of NVIDIA's software for virtual GPUs: "Licensed (Expiry: ...)", "Unlicensed (Restricted)". */
  license: string | null;
  /** What the driver failed to read from the GPU ("ERR!", "Unknown Error", "GPU is lost"), by the names of state-of.ts. */
  unreadable: readonly string[];
  /** How the driver gives it up, where it says so ("GPU is lost", "GPU requires reset"); no handle: it cannot say why. */
  failure: 'lost' | 'reset-required' | 'no-power' | 'no-interrupts' | 'no-handle' | null;
  /** The memory of the board that holds its settings and counts its errors. */
  infoRom: 'valid' | 'corrupted' | null;
  persistence: boolean | null;
  computeMode: ComputeMode | null;
  mig: boolean | null;
  /** The mode that it will be in after a reset. */
  migPending: boolean | null;
  migInstances: number | null;
  /** Errors of its memory that could not be mended: since the driver was loaded, and ever. */
  volatileUncorrected: number | null;
  aggregateUncorrected: number | null;
  sramThresholdExceeded: boolean | null;
  unrepairableMemory: boolean | null;
  /** A repair that a reset will do. */
  repairPending: boolean | null;
  retiredPages: { single: number | null; double: number | null; pending: boolean | null };
  remappedRows: { uncorrectable: number | null; pending: boolean | null; failed: boolean | null };
  /** "None", "Reset", "Reboot", "Drain P2P", "Drain and Reset" */
  recoveryAction: string | null;
  clockReasons: readonly ClockReason[] | null;
  /** "P0" (all it can) to "P15" */
  performanceState: string | null;
  /** Per cent of the time in which something ran on it. */
  utilization: number | null;
  /** Degrees Celsius. */
  temperature: number | null;
  slowdownTemperature: number | null;
  /** In watts. Enforced: the lowest of all limits that hold now; limit: the one that was set. */
  power: { draw: number | null; limit: number | null; enforced: number | null; default: number | null };
  /** Most: what GPU and machine can do together. An idle GPU lowers the generation, and keeps the width. */
  pcie: {
    generation: { now: number | null; most: number | null };
    width: { now: number | null; most: number | null };
  };
  memory: { usedMiB: number | null; totalMiB: number | null };
  processes: readonly GpuProcess[] | null;
  nvlinks: readonly NvLinkFacts[] | null;
  peers: readonly GpuPeer[] | null;
  fabric: { state: string | null; status: string | null };
}

/** What a GPU computed of numbers that are known beforehand. */
export interface ComputedGpu {
  /** As CUDA counts, of those that CUDA_VISIBLE_DEVICES leaves. */
  index: number;
  name: string | null;
  busId: string | null;
  /** "7.5" */
  computeCapability: string | null;
  memoryMiB: number | null;
  /** Not run: GPU or driver are older than what the kernel is made for. */
  result: 'right' | 'wrong' | 'failed' | 'not-run';
  /** Of `failed`: the first call that did; code null: this libcuda has no such function. */
  failure: { call: string; code: number | null } | null;
  /** Of `wrong`: numbers that are not what they should be; got null: none came. */
  wrong: { count: number; of: number; first: { at: number; expected: number; got: number | null } } | null;
}

/** How libcuda did when it was loaded and asked to compute (--deep). */
export interface ComputeFacts {
  /** The file that was loaded. */
  library: string;
  /** Crashed, hung, garbled: what became of the process that loaded it. */
  outcome: 'answered' | 'not-loaded' | 'crashed' | 'hung' | 'garbled';
  /** The function that did not return; null: while it was loaded, or it returned. */
  during: string | null;
  /** The signal, the time that was waited, or the words; null where it answered. */
  why: string | null;
  /** Newest CUDA that it serves: "12.2". */
  cuda: string | null;
  /** The call that failed before any GPU was reached. */
  failure: { call: string; code: number | null } | null;
  gpus: readonly ComputedGpu[];
}

/** A service as systemd has it. */
export interface ServiceFacts {
  /** "active", "inactive", "failed", "activating"; null: not known, since nothing runs here. */
  active: string | null;
  /** Whether it starts with the machine. */
  enabled: boolean | null;
}

/** A prefix of ours that is not as it was installed; its other files were not read. */
export interface DamagedPrefix {
  name: string;
  /** `<home>/prefixes/<name>` */
  path: string;
  /** "bin/nvcc is empty": what is wrong, one thing of maybe several. */
  why: string;
  /** In the home that root fills, which only root changes. */
  ofRoot: boolean;
  /** Whether its generation has the lock by which it can be made anew. */
  hasLock: boolean;
  /** These are known where the beginning of its manifest can be read. */
  recipe: string | null;
  cuda: string | null;
  cudnn: string | null;
  /** The architecture that it is for, in Debian's words, where that is known to be another one than this machine's. */
  foreign: string | null;
  /** Why it counts: a variable that names it or a folder in it; `use`: it was chosen. Empty: not in use. */
  inUse: readonly ('PATH' | 'CUDA_HOME' | 'CUDA_PATH' | 'LD_LIBRARY_PATH' | 'use')[];
}

export interface ToolkitFacts {
  /** Root of the toolkit, links resolved: /usr/local/cuda-10.0, a prefix, or / for a distribution's own layout; a conda environment. */
  path: string;
  /** Name of our prefix, where it is one. */
  prefix: string | null;
  /** Recipe that the prefix was made from; null: of specs, or no prefix. */
  recipe: string | null;
  layout: 'nvidia' | 'debian' | 'prefix' | 'conda';
  /** "10.0.130", "13.0" (as exact as the source is). Null: version unknown. */
  version: string | null;
  versionFrom: string | null;
  has: {
    nvcc: boolean;
    cudart: boolean;
    cublas: boolean;
    /** cufft, curand, cusolver, cusparse: those present. */
    mathLibraries: readonly string[];
    headers: boolean;
  };
  /** Newest gcc major that its host_config.h accepts; null where there is no readable header. */
  maxGcc: number | null;
  maxClang: number | null;
  /** Names in its folder targets: "x86_64-linux", "sbsa-linux" (Arm servers), "aarch64-linux" (Jetson). */
  targets: readonly string[];
  /** Why it counts: on PATH, CUDA_HOME, loader path; empty: not in use. */
  inUse: readonly ('PATH' | 'CUDA_HOME' | 'CUDA_PATH' | 'LD_LIBRARY_PATH' | 'ld.so.cache' | 'symlink')[];
}

/** What the caller's environment and a well-known link say about which GPU and CUDA are taken. */
export interface EnvironmentFacts {
  /** CUDA_VISIBLE_DEVICES as it is set. Absent: it is not. */
  visibleDevices: Answer<string>;
  /** Whether there is a folder where CUDA_HOME leads. Absent: it is not set. */
  cudaHomeIsThere: Answer<boolean>;
  /** Where the link /usr/local/cuda leads, and whether a folder is there. Absent: no link. */
  cudaLink: Answer<{ target: string; isThere: boolean }>;
  /** The compiler that NVCC_PREPEND_FLAGS or NVCC_CCBIN names to nvcc. Absent: none. */
  nvccCompiler: Answer<NamedCompiler>;
  /** Whether nvidia-modprobe is there, with which a program of an ordinary user loads nvidia-uvm and makes its device file. */
  nvidiaModprobe: Answer<boolean>;
}

export interface NamedCompiler {
  by: 'NVCC_PREPEND_FLAGS' | 'NVCC_CCBIN';
  path: string;
  /** Null: the name does not tell. */
  major: number | null;
}

export interface CudnnFacts {
  /** Library file, or header where there is no library. */
  path: string;
  /** Toolkit or prefix root that it lies in; null: in the system's own folders. */
  toolkit: string | null;
  version: string | null;
  library: boolean;
  header: boolean;
}

export interface NvccFacts {
  /** As found on PATH, and the program behind wrappers and links. */
  path: string;
  realPath: string;
  /** "10.0.130" from `nvcc --version`, else from the toolkit it belongs to. */
  version: string | null;
}

export interface InstalledFramework {
  framework: FrameworkName;
  /** "torch", "tensorflow-gpu" */
  package: string;
  /** Without its local part: "2.1.0". */
  version: string;
  /** "cu118", "cpu"; null: nothing says. */
  build: string | null;
  /** "11.8"; null: nothing says, or none. */
  cuda: string | null;
  cudnn: string | null;
  /** Known to be built without CUDA. */
  isCpuBuild: boolean;
  /** Compute capabilities that it has code for, by its own files: `from` is the one that says so. Null: none says. */
  architectures: { machine: readonly string[]; ptx: readonly string[]; from: string } | null;
  /** NVIDIA's packages that it was built with, by its metadata. */
  requires: readonly RequiredPackage[];
  /** Libraries that it opens by name; empty for those that bring their own. */
  libraries: readonly NeededLibrary[];
  /** The file that says so. */
  path: string;
}

export interface RequiredPackage {
  /** As PyPI has it: "nvidia-cudnn-cu12". */
  name: string;
  atLeast: string;
  /** Pinned to that very version. */
  exact: boolean;
}

export interface NeededLibrary {
  /** "libcudart.so.12" */
  soname: string;
  /** Of CUDA itself, or cuDNN. */
  of: 'cuda' | 'cudnn';
  /** The release that it is of: "12.3"; of cuDNN "8.9", as exact as the framework says. */
  version: string;
  /** The file that the loader takes, or the package of pip that brings it. Absent: neither has it. */
  found: Answer<string>;
}

export interface PythonFacts {
  /** Root of the environment: /home/me/venv, /usr. */
  path: string;
  /** Named by --python, active (VIRTUAL_ENV, CONDA_PREFIX), or merely the first on PATH. */
  chosen: 'named' | 'active' | 'on-path';
  /** "3.10.12"; "3.10" where the source is no more exact. */
  version: string | null;
  frameworks: readonly InstalledFramework[];
  /** NVIDIA's libraries that pip installed: nvidia-cudnn-cu12. */
  nvidiaPackages: readonly { name: string; version: string }[];
}

export interface MappedLibrary {
  /** As the process sees it. */
  path: string;
  /** "cudart", "cuda", "nvidia-ml" */
  library: string;
  /** From the file's name: "12.4.127", of a wheel's copy no more than "12"; null: it has none. */
  version: string | null;
  /** Replaced or removed since it was loaded. */
  deleted: boolean;
  /** libcuda's stand-in for linking. */
  stub: boolean;
}

export interface ProcessFacts {
  pid: number;
  /** Of a process of the kernel: null. */
  program: string | null;
  /** NVIDIA's and those of frameworks. */
  libraries: readonly MappedLibrary[];
  /** It has a GPU's device file in its memory. */
  usesGpu: boolean;
  /** False where only a part of its memory could be read. */
  whole: boolean;
  /** It sees other files than we do, as in a container. */
  elsewhere: Answer<boolean>;
}

export interface CompilerFacts {
  /** "gcc", "g++-11", "clang++" */
  name: string;
  path: string;
  family: 'gcc' | 'clang';
  language: 'c' | 'c++';
  /** "12.2.0" */
  version: string | null;
  major: number | null;
  /** True for what `c++`/`g++`/`gcc` on PATH is. */
  isDefault: boolean;
}

export interface AptSourceFacts {
  file: string;
  /** First line of the entry. */
  line: number;
  uri: string;
  suite: string;
  /** Signed-By as written; null: none. */
  signedBy: string | null;
  trusted: boolean;
  enabled: boolean;
}

export interface AptFacts {
  /** Entries that name NVIDIA. Absent: none. */
  nvidiaSources: Answer<readonly AptSourceFacts[]>;
  /** Full fingerprints or long ids of NVIDIA's keys found in apt's keyrings. Absent: none. */
  nvidiaKeys: Answer<readonly string[]>;
}

export interface DiskFacts {
  path: string;
  /** What the folder is for: root, boot, packages, temporary files, gpu-setup home. */
  purpose: string;
  space: Answer<DiskSpace>;
}

/** What a container or a job was lent by who started it. */
export interface LentFacts {
  /** NVIDIA_VISIBLE_DEVICES, by which NVIDIA's container runtime is told which GPUs to give: "all", "0,1", UUIDs; none by "void". */
  visibleDevices: Answer<string>;
  /** NVIDIA_DRIVER_CAPABILITIES: which parts of the driver's libraries it is told to give, "compute,utility". */
  capabilities: Answer<string>;
  /** The job of a batch system that this runs in. Present with null: in none. */
  job: Answer<JobFacts | null>;
  /** Of /dev/shm. */
  sharedMemory: Answer<{ freeBytes: number; totalBytes: number }>;
}

/** A job of Slurm's. */
export interface JobFacts {
  id: string;
  /** Numbers or count of the GPUs that it was given ("2,3"); null: Slurm names none. */
  gpus: string | null;
}

/** What a runtime of containers is told. */
export interface RuntimeConfiguration {
  /** Why its program cannot read the file; null: it can. */
  fault: string | null;
  runtimes: readonly ContainerRuntime[];
  /** Null: the program's own. */
  defaultRuntime: string | null;
  /** False: it takes in other files, which were not looked at. */
  isWhole: boolean;
}

export interface ContainerRuntime {
  /** "nvidia" */
  name: string;
  /** "nvidia-container-runtime", with its folder or without; null: none is named. */
  program: string | null;
  /** Null: not known. */
  isThere: boolean | null;
}

/** What NVIDIA's Container Toolkit is told. */
export interface ToolkitConfiguration {
  /** Why it cannot read the file; null: it can. */
  fault: string | null;
  /** "auto", "legacy", "cdi", "csv" */
  mode: string | null;
  /** It leaves the rules of a container's cgroup alone. */
  noCgroups: boolean;
}

/** A description of NVIDIA's devices for containers, and the driver's library that it names. */
export interface CdiFacts {
  file: string;
  library: string | null;
  /** "550.54.14" of its name. */
  version: string | null;
  /** Null: not known. */
  isThere: boolean | null;
}

/** How containers that are started here are given the GPU. */
export interface RuntimesFacts {
  /** Each absent: there is no such file. */
  docker: Answer<RuntimeConfiguration>;
  containerd: Answer<RuntimeConfiguration>;
  toolkit: Answer<ToolkitConfiguration>;
  cdi: Answer<readonly CdiFacts[]>;
  /** Whether Docker comes from snap alone. */
  snapDocker: Answer<boolean>;
}

export interface Facts {
  platform: PlatformFacts;
  /** NVIDIA display devices. Absent: the PCI list is complete and holds none. Unknown: no readable list. */
  gpus: Answer<readonly GpuFacts[]>;
  kernelDriver: KernelDriverFacts;
  /**
   * Nodes that are there and, of nvidiactl, nvidia0 and nvidia-uvm, those that could not be looked at: one that is missing
   * from a present list is known to be absent. Absent: there is none.
   */
  nodes: Answer<readonly DeviceNodeFacts[]>;
  driverLibraries: DriverLibraryFacts;
  nvidiaSmi: Answer<NvidiaSmiFacts>;
  /** How the GPUs are. Absent: no nvidia-smi. */
  gpuStates: Answer<readonly GpuStateFacts[]>;
  lent: LentFacts;
  runtimes: RuntimesFacts;
  /** Whether the GPUs compute. Null: nobody asked (--deep). */
  compute: Answer<ComputeFacts> | null;
  /** How many NVSwitches the PCI bus shows. */
  nvSwitches: Answer<number>;
  /** Absent: there is no such service. In a container: unknown. */
  services: { fabricManager: Answer<ServiceFacts>; persistenced: Answer<ServiceFacts> };
  toolkits: Answer<readonly ToolkitFacts[]>;
  /** Absent: every prefix that could be looked at is whole, as far as a look costs little. */
  damagedPrefixes: Answer<readonly DamagedPrefix[]>;
  cudnn: Answer<readonly CudnnFacts[]>;
  nvcc: Answer<NvccFacts>;
  cudaHome: Answer<string>;
  environment: EnvironmentFacts;
  compilers: Answer<readonly CompilerFacts[]>;
  /** The Python that is active, or was named. */
  python: Answer<PythonFacts>;
  /** The running process that was named. Absent: none was, or it has ended. */
  process: Answer<ProcessFacts>;
  apt: AptFacts;
  disks: readonly DiskFacts[];
  /** Output of commands that somebody recorded: input of text recognition. */
  transcripts: readonly Transcript[];
}
