/** One sentence for a testimony: what `explain` shows that it understood. */
import type { TestimonyKind, Versioned } from './testimony.ts';

export function sentenceOf(one: TestimonyKind): string {
  switch (one.kind) {
    case 'missing-library':
      return `${one.soname} is not found${by(one.asker)}`;
    case 'missing-symbol':
      return `${one.symbol} is missing${by(one.file)}`;
    case 'missing-header':
      return `the header ${one.header} is not found${by(one.asker)}`;
    case 'missing-program':
      return `the program ${one.program} is not found`;
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
    case 'distribution':
      return [one.id, one.version].filter(Boolean).join(' ');
    case 'kernel':
      return `kernel ${one.release}`;
    case 'container':
      return 'a container';
    case 'jetson':
      return [one.model ?? 'a Jetson', one.release].filter(Boolean).join(', ');
    case 'python':
      return `Python ${one.version}`;
    case 'framework':
      return [one.name, one.version, one.build && `built for ${one.build}`].filter(Boolean).join(' ');
    case 'error-code':
      return `error of ${one.library}: ${[one.name, one.number === null ? null : `(${one.number})`].filter(Boolean).join(' ')}`;
    case 'package':
      return packageTrouble(one);
    case 'gpu-not-lent':
      return `${one.by} gives no GPU: ${one.reason.replaceAll('-', ' ')}${one.detail === null ? '' : ` (${one.detail})`}`;
    case 'shared-memory-full':
      return `no room in shared memory${by(one.asker)}`;
    case 'command':
      return `command: ${one.argv.join(' ')}`;
    case 'not-understood':
      return `of the family "${one.family}", and not understood`;
  }
}

function mismatch(one: Extract<TestimonyKind, { kind: 'version-mismatch' }>): string {
  const bound = one.atLeast ? ' or newer' : one.atMost ? ' or older' : '';
  return `${NAMES[one.of]}: ${one.found ?? 'another version'} found, ${one.expected ?? 'another one'}${bound} expected`;
}

function packageTrouble(one: Extract<TestimonyKind, { kind: 'package' }>): string {
  const what = [one.name, one.version].filter(Boolean).join(' ') || one.repository || 'a package';
  const detail = one.key ?? one.other;
  return `${one.manager}: ${what}: ${one.reason.replaceAll('-', ' ')}${detail === undefined ? '' : ` (${detail})`}`;
}

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
