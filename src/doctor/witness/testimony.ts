/**
 * What a text says, before anybody concludes anything from it: one fact with its line. A family of text (`families/`) knows the
 * grammar of what writes it and yields these; diagnoses judge them as they judge the facts of a machine.
 */

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
    }
  | { kind: 'missing-symbol'; symbol: string; file: string | null; versionNode: string | null }
  | { kind: 'missing-header'; header: string; asker: string | null }
  | { kind: 'missing-program'; program: string }
  /** A version that is there where another was expected. */
  | {
      kind: 'version-mismatch';
      of: Versioned;
      found: string | null;
      expected: string | null;
      atLeast: boolean;
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
  | { kind: 'distribution'; id: string; version: string | null }
  | { kind: 'kernel'; release: string }
  | { kind: 'container' }
  /** A Jetson; release: "L4T 35.4.1", null where the text does not say. */
  | { kind: 'jetson'; release: string | null }
  | { kind: 'python'; version: string }
  | { kind: 'framework'; name: string; version: string | null; build: string | null }
  /** An error by number or name: cuda 35 "cudaErrorInsufficientDriver", cudnn "CUDNN_STATUS_NOT_INITIALIZED". */
  | {
      kind: 'error-code';
      library:
        | 'cuda'
        | 'cudnn'
        | 'cublas'
        | 'cufft'
        | 'curand'
        | 'cusolver'
        | 'cusparse'
        | 'nccl'
        | 'nvml'
        | 'opencl';
      number: number | null;
      name: string | null;
    }
  /** A package manager that could not: `reason` in its own categories. */
  | {
      kind: 'package';
      manager: 'apt' | 'dpkg' | 'pip' | 'conda' | 'dnf';
      name: string | null;
      version: string | null;
      reason:
        | 'not-found'
        | 'no-matching-version'
        | 'unmet'
        | 'conflict'
        | 'bad-signature'
        | 'missing-key'
        | 'hash-mismatch'
        | 'stale-index'
        | 'locked'
        | 'overwrite'
        | 'build-failed'
        | 'signed-by-conflict';
    }
  | { kind: 'command'; argv: readonly string[] }
  /** Of a known family, and no reader of it understands it: shown, never silence. */
  | { kind: 'not-understood'; family: string };

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
