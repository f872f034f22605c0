/** One sentence for a testimony: what `explain` shows that it understood. */
import { errorOf } from '../../compat/cuda-errors.ts';
import { sxidByNumber, xidByNumber } from '../../compat/xid.ts';
import type { TestimonyKind, Versioned } from './testimony.ts';

export function sentenceOf(one: TestimonyKind): string {
  switch (one.kind) {
    case 'missing-library':
      return one.flaw === undefined
        ? `${one.soname} is not found${by(one.asker)}`
        : `${one.soname} cannot be loaded: ${one.flaw}`;
    case 'missing-symbol':
      return `${one.symbol} is missing${by(one.file)}`;
    case 'missing-header':
      return `the header ${one.header} is not found${by(one.asker)}`;
    case 'undeclared-name':
      return `${one.name} is not declared${one.file === null ? '' : `; used in ${one.file}`}`;
    case 'missing-pkg-config':
      return `pkg-config does not know ${one.library}`;
    case 'missing-variable':
      return `${one.name} is ${one.where === 'checkpoint' ? 'not in the checkpoint' : 'not initialised'}`;
    case 'missing-program':
      return `the program ${one.program} is not found${one.under === undefined ? '' : ` under ${one.under}`}`;
    case 'missing-module':
      return `the Python module ${one.module} is not found`;
    case 'missing-toolkit':
      return `no CUDA toolkit${one.atLeast === undefined ? '' : ` of ${one.atLeast} or newer`} is found${one.path === null ? '' : ` at ${one.path}`}${by(one.asker)}`;
    case 'out-of-host-memory':
      return `${one.program ?? 'a compiler'} was given no more memory`;
    case 'version-mismatch':
      return mismatch(one);
    case 'version':
      return `${NAMES[one.of]} ${one.version}`;
    case 'architectures':
      return architectures(one);
    case 'gpu':
      return [one.name ?? 'a GPU', one.computeCapability && `compute capability ${one.computeCapability}`]
        .filter(Boolean)
        .join(', ');
    case 'gpu-state':
      return `the state of ${one.state.name ?? 'a GPU'}${one.state.busId === null ? '' : ` at ${one.state.busId}`}`;
    case 'distribution':
      return [one.id, one.version].filter(Boolean).join(' ');
    case 'kernel':
      return `kernel ${one.release}`;
    case 'container':
      return one.by === 'singularity' ? 'a container of Singularity' : 'a container';
    case 'nix':
      return 'a program of Nix';
    case 'secure-boot':
      return `Secure Boot is ${one.on ? 'on' : 'off'}`;
    case 'signing':
      return `${one.what === 'not-signed' ? 'a module is not signed' : "the modules' key is not enrolled"}${one.detail === null ? '' : ` (${one.detail})`}`;
    case 'jetson':
      return [one.model ?? 'a Jetson', one.release].filter(Boolean).join(', ');
    case 'python':
      return `Python ${one.version}`;
    case 'framework':
      return [one.name, one.version, one.build && `built for ${one.build}`].filter(Boolean).join(' ');
    case 'error-code':
      return errorSentence(one);
    case 'compute-failed':
      return `${one.call} failed${one.gpu === null ? '' : ` on GPU ${one.gpu}`}`;
    case 'module-build':
      return moduleBuild(one);
    case 'module-state':
      return `dkms: ${one.module} ${one.driver} is ${one.state}${one.kernel === null ? '' : ` for ${one.kernel}`}`;
    case 'module-load':
      return `${one.module ?? 'a kernel module'} is not loaded: ${LOADING[one.why]}${one.detail === null ? '' : ` (${one.detail})`}`;
    case 'gpu-refused':
      return REFUSALS[one.why] + (one.branch === null ? '' : ` (${one.branch})`);
    case 'gpu-held':
      return `${one.by ?? 'another driver'} has the GPU`;
    case 'vgpu-license':
      return `the virtual GPU has no licence: ${one.reason}`;
    case 'package':
      return packageTrouble(one);
    case 'xid':
      return `Xid ${one.number}${xidByNumber(one.number) === null ? '' : ` (${xidByNumber(one.number)!.what})`}${at(one.pci)}${one.recovery === undefined ? '' : `: ${one.recovery}`}`;
    case 'sxid':
      return `SXid ${one.number}${sxidByNumber(one.number) === null ? '' : ` (${sxidByNumber(one.number)!.what})`}${at(one.pci)}`;
    case 'hardware':
      return `${one.what.replaceAll('-', ' ')}${at(one.pci)}${one.detail === undefined ? '' : ` (${one.detail})`}`;
    case 'gpu-not-lent':
      return `${one.by} gives no GPU: ${one.reason.replaceAll('-', ' ')}${one.detail === null ? '' : ` (${one.detail})`}`;
    case 'device-file':
      return `${one.path} ${one.why === 'missing' ? 'is not there' : 'may not be opened'}`;
    case 'storage-full':
      return `no ${one.what === 'space' ? 'room' : one.what} left${one.where === null ? '' : ` at ${one.where}`}`;
    case 'variable':
      return `${one.name} is "${one.value}"`;
    case 'shared-memory-full':
      return `no room in shared memory${by(one.asker)}`;
    case 'trouble':
      return `${one.what.replaceAll('-', ' ')}${one.detail === null ? '' : ` (${one.detail})`}`;
    case 'command':
      return `command: ${one.argv.join(' ')}`;
    case 'not-understood':
      return `of the family "${one.family}", and not understood`;
  }
}

type TestimonyOfKind<K extends TestimonyKind['kind']> = Extract<TestimonyKind, { kind: K }>;

function moduleBuild(one: TestimonyOfKind<'module-build'>): string {
  const what = [one.module ?? 'a kernel module', one.driver].filter(Boolean).join(' ');
  const where = one.kernel === null ? '' : ` for ${one.kernel}`;
  const detail = one.detail === null ? '' : ` (${one.detail})`;
  return `${what} is not built${where}: ${BUILDING[one.why]}${detail}`;
}

const BUILDING: Readonly<Record<TestimonyOfKind<'module-build'>['why'], string>> = {
  headers: "the kernel's headers are missing",
  compiler: 'the compiler is not the one that built the kernel',
  symbol: 'the kernel lacks a symbol',
  'gpl-symbol': 'the kernel keeps a symbol for GPL modules',
  source: 'its source does not fit the kernel',
  tool: 'a program is missing',
  failed: 'the build failed',
};

const LOADING: Readonly<Record<TestimonyOfKind<'module-load'>['why'], string>> = {
  'not-found': 'it is not found',
  off: 'it is switched off',
  key: 'no trusted key has signed it',
  'not-permitted': 'not permitted',
  symbol: 'a symbol is unknown',
  'version-magic': 'it is built for another kernel',
  format: 'it is not of the format that this kernel takes',
  'no-device': 'there is no device for it',
  busy: 'the device is busy',
  'in-use': 'programs use the one that is loaded',
  failed: 'loading failed',
};

const REFUSALS: Readonly<Record<TestimonyOfKind<'gpu-refused'>['why'], string>> = {
  legacy: 'the GPU needs a legacy driver',
  'open-only': 'the GPU needs the open kernel modules',
  'closed-only': 'the open kernel modules do not drive the GPU',
  unsupported: 'the driver does not support the GPU',
};

function mismatch(one: Extract<TestimonyKind, { kind: 'version-mismatch' }>): string {
  const bound = one.atLeast ? ' or newer' : one.atMost ? ' or older' : '';
  return `${NAMES[one.of]}: ${one.found ?? 'another version'} found, ${one.expected ?? 'another one'}${bound} expected`;
}

function packageTrouble(one: Extract<TestimonyKind, { kind: 'package' }>): string {
  const what = [one.name, one.version].filter(Boolean).join(' ') || one.repository || 'a package';
  const detail = one.key ?? one.other;
  return `${one.manager}: ${what}: ${one.reason.replaceAll('-', ' ')}${detail === undefined ? '' : ` (${detail})`}`;
}

const at = (pci: string | null): string => (pci === null ? '' : ` at ${pci}`);

const by = (asker: string | null): string => (asker === null ? '' : `; asked for by ${asker}`);

function architectures(one: Extract<TestimonyKind, { kind: 'architectures' }>): string {
  const wanted = one.wanted.length === 0 ? '' : `code for ${one.wanted.join(', ')} wanted`;
  const there = one.there === null ? '' : `code for ${one.there.join(', ')} there`;
  const said = [wanted, there].filter(Boolean).join(', ');
  return `${one.speaker}: ${said === '' ? one.outcome.replaceAll('-', ' ') : said}`;
}

const NAMES: Readonly<Record<Versioned, string>> = {
  driver: 'driver',
  'driver-library': "the driver's libraries",
  cuda: 'CUDA',
  'cuda-of-driver': 'CUDA that the driver serves',
  'cuda-of-framework': 'CUDA that the framework was built with',
  cudnn: 'cuDNN',
  'cudnn-of-build': 'cuDNN that the program was built with',
  tensorrt: 'TensorRT',
  nccl: 'NCCL',
  gcc: 'gcc',
  clang: 'clang',
  glibc: 'glibc',
  libstdcxx: 'libstdc++',
  python: 'Python',
  torch: 'PyTorch',
  tensorflow: 'TensorFlow',
  jax: 'JAX',
  onnxruntime: 'ONNX Runtime',
  protobuf: 'protobuf',
  numpy: 'NumPy',
};

/** "error of cuda: CUDA_ERROR_MPS_RPC_FAILURE (806): MPS call failed" */
function errorSentence({ library, number, name }: Extract<TestimonyKind, { kind: 'error-code' }>): string {
  const called = [name, number === null ? null : `(${number})`].filter(Boolean).join(' ');
  const meaning = errorOf(library, number, name)?.meaning;
  return `error of ${library}: ${called}${meaning === undefined ? '' : `: ${meaning}`}`;
}
