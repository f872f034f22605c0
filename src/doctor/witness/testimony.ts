/**
 * What a text says, before anybody concludes anything from it: one fact with its line. A family of text (`families/`) knows the
 * grammar of what writes it and yields these; diagnoses judge them as they judge the facts of a machine.
 */

import type { ErrorLibrary } from '../../compat/cuda-errors.ts';
import type { NvlinkState } from '../../compat/xid.ts';
import type { GpuStateFacts } from '../../machine/facts.ts';

export interface Said {
  /** "text: line 12", "command: dmesg" */
  from: string;
  /** The line, cut. */
  excerpt: string;
  /** Index among the lines of the text: what stands near belongs together. */
  at: number;
}

export type Testimony = Said & TestimonyKind;

export type KindOfTestimony = TestimonyKind['kind'];
export type TestimonyOf<K extends KindOfTestimony> = Extract<Testimony, { kind: K }>;

/** All that a text says. */
export interface Witness {
  /** In the order of the lines. */
  testimony: readonly Testimony[];
  of<K extends KindOfTestimony>(kind: K): readonly TestimonyOf<K>[];
  /** The nearest of that kind within some lines, itself left out; of two that are equally near the earlier one. Null: none. */
  near<K extends KindOfTestimony>(one: Said, kind: K): TestimonyOf<K> | null;
}

/** Names as the producers of text write them; versions dotted ("12.8", not 12080); null: the line does not say. */
export type TestimonyKind =
  /** A shared library that could not be found: by the loader, by dlopen, by ldd, or by the linker (-lcudart, then `soname` is "libcudart.so"). */
  | {
      kind: 'missing-library';
      soname: string;
      asker: string | null;
      by: 'loader' | 'dlopen' | 'ldd' | 'linker';
      /** A file of that name is there, and this is what the loader says of it: "file too short". */
      flaw?: string;
    }
  /** `by`: the linker, in whose libraries it is not; else the loader. */
  | {
      kind: 'missing-symbol';
      symbol: string;
      file: string | null;
      versionNode: string | null;
      by?: 'linker';
    }
  | { kind: 'missing-header'; header: string; asker: string | null }
  /** What a C or C++ compiler was told nothing of: a function, a type, a constant; `file`: which one uses it. */
  | { kind: 'undeclared-name'; name: string; file: string | null }
  /** A library that pkg-config knows nothing of, by its name there: "opencv", "cudart-12.4". */
  | { kind: 'missing-pkg-config'; library: string }
  /** A variable of a TensorFlow graph: one that a checkpoint does not hold, or that nothing has given a value. */
  | { kind: 'missing-variable'; name: string; where: 'checkpoint' | 'session' }
  /** A bare name was looked for on PATH, a path at that place; `under`: what started it with a PATH of its own; `asker`: not a shell. */
  | { kind: 'missing-program'; program: string; under?: 'sudo'; asker?: 'python' }
  /** A module of Python that could not be imported. */
  | { kind: 'missing-module'; module: string }
  /**
   * A build looked for a CUDA toolkit: "cmake", "torch"; `path` where it says in which folder; `found` and `atLeast` where there is one,
   * and it is too old.
   */
  | {
      kind: 'missing-toolkit';
      asker: string | null;
      path: string | null;
      found?: string;
      atLeast?: string;
    }
  /** A compiler that the kernel killed, or that was given no memory. */
  | { kind: 'out-of-host-memory'; program: string | null }
  /** A version that is there where another was expected. */
  | {
      kind: 'version-mismatch';
      of: Versioned;
      found: string | null;
      expected: string | null;
      /** Whether `expected` is the oldest that will do. */
      atLeast: boolean;
      /** Set where `expected` is the newest that will do. */
      atMost?: true;
      /** Which program or library was built with `expected`, where the line says it: "xformers". */
      asker?: string;
      /** The program warns of it and goes on. */
      goesOn?: true;
    }
  /** A version that is merely named. */
  | { kind: 'version'; of: Versioned; version: string }
  /** Machine code: what is wanted and what is there, as compute capabilities ("8.6"). */
  | {
      kind: 'architectures';
      wanted: readonly string[];
      there: readonly string[] | null;
      /** Who says so: "torch", "nvcc", "ptxas", "cuda". */
      speaker: string;
      outcome: 'no-kernel' | 'unknown-to-compiler' | 'deprecated' | 'unsupported';
    }
  | { kind: 'gpu'; name: string | null; computeCapability: string | null }
  /** How a GPU is, as far as nvidia-smi's account in the text goes. */
  | { kind: 'gpu-state'; state: GpuStateFacts }
  /** `guessed`: a source names it that another one's users may follow: whatever else names one counts for more. */
  | { kind: 'distribution'; id: string; version: string | null; guessed?: true }
  | { kind: 'kernel'; release: string }
  /** `by`: whose it is, where a line tells. */
  | { kind: 'container'; by?: 'singularity' }
  /** A program that Nix has put together. */
  | { kind: 'nix' }
  | { kind: 'secure-boot'; on: boolean }
  /** The key that signs modules built here, or its signature; detail: the key's file, what is missing. */
  | { kind: 'signing'; what: 'not-enrolled' | 'not-signed'; detail: string | null }
  /** A Jetson; model: "Jetson AGX Orin"; release: "L4T 35.4.1"; null where the text does not say. */
  | { kind: 'jetson'; model: string | null; release: string | null }
  | { kind: 'python'; version: string }
  | { kind: 'framework'; name: string; version: string | null; build: string | null }
  /** An error by number or name: cuda 35 "cudaErrorInsufficientDriver", cudnn "CUDNN_STATUS_NOT_INITIALIZED". */
  | {
      kind: 'error-code';
      library: Exclude<ErrorLibrary, 'cudart-before-10.1'> | 'cupti' | 'opencl';
      number: number | null;
      name: string | null;
    }
  /** A call that failed when libcuda was asked to compute (--deep); code null: it has no such function; gpu: "0 (NVIDIA T4)". */
  | { kind: 'compute-failed'; call: string; code: number | null; gpu: string | null }
  /**
   * A kernel module that was not built; `why`: headers of the kernel are missing, another compiler than the kernel's, a symbol that the
   * kernel lacks or keeps for GPL modules, the module's source does not fit the kernel, a build tool is missing, or not said.
   */
  | {
      kind: 'module-build';
      module: string | null;
      driver: string | null;
      kernel: string | null;
      why: 'headers' | 'compiler' | 'symbol' | 'gpl-symbol' | 'source' | 'tool' | 'failed';
      /** The symbol, the option, the program or the compiler's words. */
      detail: string | null;
    }
  /** As dkms keeps it: its source is there ("added"), it is built and not installed, its source is gone ("broken"). */
  | {
      kind: 'module-state';
      module: string;
      driver: string;
      kernel: string | null;
      state: 'added' | 'built' | 'broken';
    }
  /** A kernel module that was not loaded; module null: the line does not name it. */
  | {
      kind: 'module-load';
      module: string | null;
      why:
        | 'not-found'
        | 'off'
        | 'key'
        | 'not-permitted'
        | 'symbol'
        | 'version-magic'
        | 'format'
        | 'no-device'
        | 'busy'
        /** It cannot be taken out for another one: programs use it. */
        | 'in-use'
        | 'failed';
      detail: string | null;
    }
  /** The driver does not take a GPU: it needs an older branch, the other flavour of kernel modules, or another driver. */
  | {
      kind: 'gpu-refused';
      why: 'legacy' | 'open-only' | 'closed-only' | 'unsupported';
      branch: string | null;
    }
  /** Another kernel driver has a GPU; null: not said which one. `blocks`: an installer stopped at it. */
  | { kind: 'gpu-held'; by: string | null; blocks?: true }
  /** A virtual GPU has no licence. */
  | { kind: 'vgpu-license'; reason: string }
  /** A package manager that could not: `reason` in its own categories. */
  | {
      kind: 'package';
      manager: 'apt' | 'dpkg' | 'pip' | 'conda' | 'dnf' | 'pacman' | 'zypper' | 'nix';
      name: string | null;
      version: string | null;
      reason:
        | 'not-found'
        | 'no-matching-version'
        | 'unmet'
        | 'held'
        | 'conflict'
        | 'modular-filtering'
        | 'bad-signature'
        | 'expired-key'
        | 'missing-key'
        | 'sha1-rejected'
        | 'unsigned'
        | 'hash-mismatch'
        | 'stale-index'
        | 'expired-index'
        | 'clock-behind'
        | 'no-repository'
        | 'changed-release'
        | 'unreachable'
        | 'locked'
        | 'interrupted'
        /** A script that it runs when it is installed; other: what that did not find, or how it ended. */
        | 'script-failed'
        | 'overwrite'
        | 'build-failed'
        | 'removed'
        | 'signed-by-conflict'
        /** It is not updated with the others; or somebody keeps it as it is. */
        | 'kept-back'
        | 'on-hold'
        /** Its manager is told to leave it out. */
        | 'excluded'
        /** An entry of its configuration cannot be read. */
        | 'malformed'
        /** Of Nix: its licence is not allowed, not accepted; it is known not to build; an option must be set. */
        | 'unfree'
        | 'licence'
        | 'broken'
        | 'option-missing';
      /** URL of the repository, as far as the line has it. */
      repository?: string;
      /** Of a signature: long id or fingerprint. */
      key?: string;
      /** The other package, file or program that it is about: what is depended on, overwritten, who holds the lock. */
      other?: string;
      /** Versions that could be had instead; empty: none. */
      available?: readonly string[];
    }
  /** What stands between a program and the GPU of its host: a container's runtime, or a cluster's scheduler, that could not give it. */
  | { kind: 'gpu-not-lent'; by: Lender; reason: NotLent; detail: string | null }
  /** A device file of the driver; the path may hold a wildcard: "/dev/nvidia*". */
  | { kind: 'device-file'; path: string; why: 'missing' | 'not-permitted' }
  /** A file system, or one's share of it, that has no room; null: not said which. */
  | { kind: 'storage-full'; where: string | null; what: 'space' | 'inodes' | 'quota' }
  /** What a variable of the environment is set to; `blamed`: a program says that it found nothing because of it. */
  | { kind: 'variable'; name: string; value: string; blamed?: true }
  /** Shared memory (/dev/shm) that has no room, and who wanted some. */
  | { kind: 'shared-memory-full'; asker: string | null }
  /** A program in trouble, in words that hold neither a number nor a version; detail: what it names. */
  | { kind: 'trouble'; what: Trouble; detail: string | null }
  | { kind: 'command'; argv: readonly string[] }
  /** An error that the GPU's driver reports by number; pci: "0000:01:00"; null: the line does not say. */
  | {
      kind: 'xid';
      number: number;
      pci: string | null;
      /** Who ran on it: "python3 (pid 1300)". */
      program: string | null;
      /** Of an Xid 45: which one it follows from. */
      causedBy?: number;
      /** Of an Xid 154: what the driver asks for: "GPU Reset Required". */
      recovery?: string;
      /** Of 144 to 150: the unit of NVLink, its first two words, whether it calls itself fatal; link -1: none of them alone. */
      nvlink?: NvlinkState & { fatal: boolean; link: number };
    }
  /** The same of an NVSwitch. */
  | { kind: 'sxid'; number: number; pci: string | null; link: number | null; fatal: boolean | null }
  /** What the kernel or the driver says of the card, its bus or its place in the system. */
  | { kind: 'hardware'; what: HardwareEvent; pci: string | null; detail?: string }
  /** Of a known family, and no reader of it understands it: shown, never silence. */
  | { kind: 'not-understood'; family: string };

export type Trouble =
  | 'cudnn-did-not-start'
  /** As above, of whatever library computes the layers. */
  | 'dnn-did-not-start'
  /** cuBLAS, by TensorFlow; detail: the routine, "xGEMM". */
  | 'blas-did-not-run'
  | 'no-algorithm'
  /** Shape or type of what a program hands over; GPU and installation would do. */
  | 'input-fits-no-operator'
  /** A kernel asks for more of the GPU than one has; detail: "shared memory: 131072 wanted, 101376 there". */
  | 'kernel-too-large'
  /** What a compiler made for the GPU that is there the driver cannot load; detail: who had it compiled. */
  | 'code-newer-than-driver'
  /** The C part that starts a kernel was not compiled; detail: who had it compiled. */
  | 'launcher-not-compiled'
  /** A build was not told for which GPUs to compile, and sees none; detail: who says so. */
  | 'no-architecture-asked'
  /** Parts of several CUDA releases meet in one build; detail: which, as far as the line says. */
  | 'toolkit-mixed'
  /** Programs that work together on several GPUs waited for one of them in vain; detail: "ALLREDUCE". */
  | 'collective-timed-out'
  /** The ranks of several machines do not reach each other, or a network card fails; detail: NCCL's words. */
  | 'rank-network-fault'
  | 'cudnn-not-found'
  | 'library-not-in-toolkit'
  | 'ptx-too-new'
  | 'libraries-not-opened'
  | 'cpu-instruction'
  | 'cuda-version-not-available'
  | 'driver-library-not-found'
  | 'driver-library-not-reported'
  | 'no-cuda-drivers'
  /** A program, or what asks for it, sees neither driver nor GPU where it runs; detail: who says so. */
  | 'no-gpu-seen'
  /** What asks NVML how the GPUs are got no answer; nothing says why. */
  | 'nvml-not-started'
  /** A process went on with CUDA that another one had started: it was forked from it. */
  | 'forked-after-start'
  /** A framework finds none that it could use, and does not say why: built without CUDA, or what it needs is not there; detail: which one. */
  | 'framework-without-gpu'
  /** A library of CUDA is older than a framework takes; detail: "cuSPARSE 12.0.2, and takes none older than 12.1.0". */
  | 'library-outdated'
  /** A library gave no handle, and not why; detail: "cuSOLVER". */
  | 'handle-not-made'
  /** The part of ONNX Runtime that needs CUDA could not be loaded; detail: "CUDA". */
  | 'provider-not-loaded'
  /** A program asks the driver for an interface that it does not have yet; detail: "NVENC 12.1". */
  | 'driver-interface-too-old'
  /** NVENC or NVDEC does not take what is asked; detail: the program's words. */
  | 'codec-refused'
  /** A package manager found no versions that go together, and says no more; detail: which one. */
  | 'not-solved'
  /** OpenCL has a platform, and no device for it. */
  | 'no-opencl-device'
  /** As nvidia-smi says it, TensorFlow, nvidia-settings, PyTorch: the driver does not run, and nothing says why. */
  | 'driver-not-answering'
  | 'driver-not-running'
  | 'driver-not-loaded'
  | 'driver-not-found'
  /** Of WSL. */
  | 'windows-driver-too-old'
  | 'no-mig-device'
  /** A GPU was to be divided, or an instance of one made or taken away; detail: NVML's reason. */
  | 'mig-refused'
  /** GPUs of a node are divided differently where who lends them was told that they are not. */
  | 'mig-not-uniform'
  /** ubuntu-drivers has none for the devices that it sees. */
  | 'no-driver-offered'
  /** A .run installer found another way's installation of the driver, or packages did. */
  | 'installed-otherwise'
  /** CUDA's .run installer finds no gcc, or one that it does not take. */
  | 'gcc-not-accepted'
  | 'stub-loaded'
  | 'inforom-corrupt'
  | 'fabric-manager-stopped'
  | 'fabric-manager-version'
  /** It found no NVSwitch that it could drive. */
  | 'fabric-manager-idle'
  /** What goes over NVSwitches failed, and whoever says so thinks that they are not set up. */
  | 'fabric-suspected';

export type HardwareEvent =
  | 'fell-off-bus'
  | 'bus-error'
  /** Each register of its configuration: what is on the list of the bus and does not answer. */
  | 'reads-as-ones'
  | 'reset-required'
  /** It was to be reset while programs used it. */
  | 'reset-refused'
  | 'power-cable-missing'
  | 'overheating'
  /** The driver says that the firmware gave it a window of no size; the kernel says it of any device. */
  | 'bar-invalid'
  | 'bar-unassigned'
  | 'bar-assigned'
  | 'bar-taken'
  /** The kernel names a device's ids, or lspci its maker: NVIDIA's. */
  | 'is-nvidia'
  | 'no-gpu'
  /** detail: "0x62:0x65:1792" */
  | 'start-failed'
  | 'gsp-start-failed'
  /** The file that the driver loads into the GPU is not where the kernel looks; detail: "nvidia/535.54.03/gsp_ga10x.bin". */
  | 'firmware-missing'
  /** The driver gets no interrupts from it. */
  | 'no-interrupts'
  | 'gsp-timeout'
  | 'memory-error'
  | 'memory-remap-failed'
  | 'nvlink-down'
  | 'group-not-viable'
  | 'passthrough-failed'
  | 'bound-to-vfio'
  | 'iommu-fault'
  | 'peer-access-failed'
  | 'acs-on'
  | 'suspend-lost-memory'
  | 'suspended'
  | 'nothing-found';

/** Who lends a GPU of the host. */
export type Lender =
  | 'docker'
  | 'podman'
  | 'containerd'
  | 'toolkit'
  | 'cdi'
  | 'kubernetes'
  | 'enroot'
  | 'singularity'
  | 'lxc'
  | 'slurm'
  | 'ray';

export type NotLent =
  /** Nothing there that could lend one. */
  | 'toolkit-missing'
  /** The toolkit may be there; the runtime does not know of it. */
  | 'runtime-unknown'
  /** Nobody asked for one. */
  | 'not-asked-for'
  /** The host's own driver is not loaded, or its libraries are not where the toolkit looks. */
  | 'no-driver-on-host'
  /** What was asked for by number, UUID or name is not there; of CDI: not described. */
  | 'no-such-device'
  /** CDI's description names files of a driver that is no longer there. */
  | 'stale-description'
  /** The image holds a file of the driver where the host's is to be mounted. */
  | 'driver-in-image'
  /** Access rules of the container's devices could not be set. */
  | 'cgroup'
  /** The driver did not answer in time. */
  | 'timed-out'
  /** ldconfig could not be run for the container. */
  | 'ldconfig'
  /** The program does not know the option, or what was asked for does not go with it. */
  | 'option-unknown'
  /** What of the driver is to be lent (NVIDIA_DRIVER_CAPABILITIES) is called by a name that there is not. */
  | 'capability-unknown'
  /** Something that comes first is not ready yet. */
  | 'waiting'
  /** What was asked for together no node has. */
  | 'no-such-node'
  | 'setup-failed'
  /** What says which GPUs there are contradicts itself. */
  | 'bad-configuration'
  /** All are taken, or no node has one. */
  | 'none-free'
  /** A node offers fewer than its configuration says. */
  | 'fewer-than-configured'
  /** The scheduler was not told of this kind of GPU. */
  | 'not-configured';

/** What has a version. */
export type Versioned =
  | 'driver'
  | 'driver-library'
  | 'cuda'
  | 'cuda-of-driver'
  | 'cuda-of-framework'
  | 'cudnn'
  | 'cudnn-of-build'
  | 'tensorrt'
  | 'nccl'
  | 'gcc'
  | 'clang'
  | 'glibc'
  | 'libstdcxx'
  | 'python'
  | 'torch'
  | 'tensorflow'
  | 'jax'
  | 'onnxruntime'
  | 'protobuf'
  | 'numpy';
