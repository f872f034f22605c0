/**
 * TensorFlow of all ages, its StreamExecutor (which XLA and JAX share) and its configure script: which versions it was built with and
 * which it found, what it could not open, and what of a graph has no value.
 *
 *     Loaded runtime CuDNN library: 8.4.1 but source was compiled with: 8.6.0.  CuDNN library needs to have matching major version ...
 *     UNKNOWN: Failed to get convolution algorithm. This is probably because cuDNN failed to initialize, ...
 *     InternalError: Blas GEMM launch failed : a.shape=(100, 784), b.shape=(784, 256), m=100, n=256, k=784
 *     InternalError: Dst tensor is not initialized.
 *     Cuda Configuration Error: Cannot find cuda library libcublas.so.10.1
 */
import { familyOf, type Sentence } from '../family.ts';
import { firstGroup, mismatch, outOfMemory, troubled } from '../said.ts';
import { dottedCudnn } from '../versions.ts';

const VERSIONS: readonly Sentence[] = [
  {
    // 1.x counts (7101, "compatibility version 7100"), 2.x and XLA write dots.
    literal: 'loaded runtime cudnn library',
    pattern: /Loaded runtime CuDNN library: ([\d.]{3,12}).{0,60}compiled with:? ([\d.]{3,12})/i,
    says: ([, found, expected]) => mismatch('cudnn', dottedCudnn(found!), dottedCudnn(expected!), true),
  },
  {
    // Ignoring visible gpu device (device: 0, name: GeForce GT 730, ...) with Cuda compute capability 3.5. The minimum required Cuda capability is 6.0.
    literal: 'minimum required cuda capability',
    pattern:
      /with Cuda compute capability (\d{1,2}\.\d)\. The minimum required Cuda capability is (\d{1,2}\.\d)/i,
    says: ([, cc, least]) => [
      { kind: 'gpu', name: null, computeCapability: cc! },
      {
        kind: 'architectures',
        wanted: [cc!],
        there: [least!],
        speaker: 'tensorflow',
        outcome: 'unsupported',
      },
    ],
  },
  {
    // Not an error: compiled at first start.
    literal: 'was not built with cuda kernel binaries compatible with compute capability',
    pattern: /was not built with CUDA kernel binaries compatible with compute capability (\d{1,2}\.\d)/i,
    says: ([, cc]) => [
      { kind: 'gpu', name: null, computeCapability: cc! },
      { kind: 'architectures', wanted: [cc!], there: null, speaker: 'tensorflow', outcome: 'deprecated' },
    ],
  },
];

const LIBRARIES: readonly Sentence[] = [
  // 1.13 to 2.x
  troubled(
    'cudnn-did-not-start',
    'failed to get convolution algorithm',
    /Failed to get convolution algorithm\. This is probably because cuDNN failed to initialize/i,
  ),
  // XLA from 2.4 on; StreamExecutor where its part for cuDNN is not there
  troubled(
    'dnn-did-not-start',
    ['dnn library initialization failed', 'dnn library is not found', 'no dnn in stream', 'dnn != nullptr'],
    /DNN library initialization failed|DNN library is not found|No DNN in stream executor|RET_CHECK failure .{0,120}dnn != nullptr/i,
  ),
  // No algorithm worked!; XLA: Failed to determine best cudnn convolution algorithm for: %cudnn-conv...
  troubled(
    'no-algorithm',
    ['no algorithm worked', 'failed to determine best cudnn'],
    /No algorithm worked!|Failed to determine best cudnn convolution algorithm/i,
  ),
  // Blas GEMM launch failed, Blas SGEMM, xGEMMBatched, xGEMMStridedBatched, GEMV: cuBLAS took the call, or was never there
  troubled(
    'blas-did-not-run',
    'launch failed',
    /\bBlas (x?[A-Z]?GEM[MV]\w{0,20}) launch failed/i,
    firstGroup,
  ),
  // What StreamExecutor says where cuBLAS is not there
  troubled(
    'blas-did-not-run',
    'attempting to perform blas operation using streamexecutor without blas support',
    /attempting to perform BLAS operation using StreamExecutor without BLAS support/i,
  ),
  {
    // A copy to the GPU for which its allocator had no room
    literal: 'dst tensor is not initialized',
    pattern: /Dst tensor is not initialized/i,
    says: () => outOfMemory(),
  },
  troubled('libraries-not-opened', 'cannot dlopen some gpu libraries', /Cannot dlopen some GPU libraries/i),
  // XLA from 2024 on: Failed call to cudaGetRuntimeVersion: Error loading CUDA libraries. GPU will not be used.
  troubled(
    'libraries-not-opened',
    'error loading cuda libraries',
    /Error loading CUDA libraries\. GPU will not be used/i,
  ),
  troubled(
    'driver-library-not-reported',
    'libcuda reported version is: not found',
    /libcuda reported version is: Not found/i,
  ),
  troubled(
    'no-cuda-drivers',
    'could not find cuda drivers on your machine',
    /Could not find cuda drivers on your machine/i,
  ),
  troubled(
    'cpu-instruction',
    'was compiled to use avx',
    /was compiled to use AVX instructions, but these aren't available/i,
    () => 'AVX',
  ),
];

const DEVICES: readonly Sentence[] = [
  // Cannot assign a device for operation MatMul: ... explicitly assigned to /device:GPU:0 but available devices are [ ...CPU:0 ]
  troubled(
    'framework-without-gpu',
    ['but available devices are [', 'following devices to be available'],
    /assigned to \S{0,60}device:GPU:0 but available devices are \[(?!.{0,600}device:GPU)|following devices to be available: .{0,200} machine only has: \['\/cpu:0'\]/i,
    () => 'tensorflow',
  ),
  {
    // StreamExecutor opens cuDNN itself, and says no more of it.
    literal: 'unable to load cudnn dso',
    pattern: /Unable to load cuDNN DSO/i,
    says: () => ({ kind: 'missing-library', soname: 'libcudnn.so', asker: 'tensorflow', by: 'dlopen' }),
  },
];

const CONFIGURE: readonly Sentence[] = [
  troubled(
    'cudnn-not-found',
    'could not find any cudnn',
    /Could not find any cudnn(?:_version)?\.h matching/i,
    () => 'bazel',
  ),
  troubled(
    'library-not-in-toolkit',
    'cannot find cuda library',
    /Cannot find cuda library ([\w.+-]{3,60})/i,
    firstGroup,
  ),
];

const VARIABLES: readonly Sentence[] = [
  {
    // NotFoundError: Key conv1/BatchNorm/moving_variance not found in checkpoint
    literal: 'not found in checkpoint',
    pattern: /\bKey ([\w./-]{1,200}) not found in checkpoint/i,
    says: ([, name]) => ({ kind: 'missing-variable', name: name!, where: 'checkpoint' }),
  },
  {
    // FailedPreconditionError: Attempting to use uninitialized value conv1/BatchNorm/moving_mean; 1.15: Error while reading resource
    // variable bn/moving_mean from Container: localhost. This could mean that the variable was uninitialized.
    literal: ['uninitialized value ', 'reading resource variable '],
    pattern:
      /Attempting to use uninitialized value ([\w./-]{1,200})|Error while reading resource variable ([\w./-]{1,200}) from Container: \w{1,40}\. This could mean that the variable was uninit/i,
    says: ([, value, resource]) => ({
      kind: 'missing-variable',
      name: (value ?? resource)!,
      where: 'session',
    }),
  },
];

export const family = familyOf(
  'TensorFlow',
  [...VERSIONS, ...LIBRARIES, ...DEVICES, ...CONFIGURE, ...VARIABLES],
  [{ literal: 'skipping registering gpu devices', pattern: /Skipping registering GPU devices/i }],
);
