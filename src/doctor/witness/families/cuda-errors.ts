/**
 * Errors of CUDA and its libraries, by name, by number or in their own words (cudaGetErrorString), as frameworks and programs pass
 * them on.
 *
 *     CUDA error 222 at ggml-cuda.cu:1835: the provided PTX was compiled with an unsupported toolchain.
 *     failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected
 *     CUDA error at bandwidthTest.cu:256 code=802(cudaErrorSystemNotReady) "cudaSetDevice(currentDevice)"
 *     Failed to initialize NVML: Driver/library version mismatch
 */
import { familyOf, type Sentence } from '../family.ts';
import { named, numbered, outOfMemory, type ErrorLibrary } from '../said.ts';

/** What cudaGetErrorString says: the same words in every release, with or without what stands in brackets. */
const WORDS: readonly (readonly [number: number, literal: string, pattern: RegExp])[] = [
  [34, 'driver is a stub library', /CUDA driver is a stub library/i],
  [35, 'driver version is insufficient', /CUDA driver version is insufficient for CUDA runtime version/i],
  [
    36,
    'not supported in the installed cuda driver',
    /API call is not supported in the installed CUDA driver/i,
  ],
  [46, 'busy or unavailable', /CUDA-capable device(?:s|\(s\))? (?:are|is\/are) busy or unavailable/i],
  [98, 'invalid device function', /invalid device function/i],
  [100, 'no cuda-capable device', /no CUDA-capable device/i],
  [101, 'invalid device ordinal', /invalid device ordinal/i],
  [200, 'device kernel image is invalid', /device kernel image is invalid/i],
  [209, 'no kernel image is available', /no kernel image is available/i],
  [214, 'uncorrectable ecc error', /uncorrectable ECC error encountered/i],
  [217, 'peer access is not supported between', /peer access is not supported between these two devices/i],
  [218, 'a ptx jit compilation failed', /a PTX JIT compilation failed/i],
  [220, 'uncorrectable nvlink error', /uncorrectable NVLink error detected/i],
  [221, 'ptx jit compiler library not found', /PTX JIT compiler library not found/i],
  [222, 'unsupported toolchain', /PTX was compiled with an unsupported toolchain/i],
  [303, 'shared object initialization failed', /shared object initialization failed/i],
  [400, 'invalid resource handle', /(?:cuda|cu[A-Z]\w{2,40}|CUDA).{0,80}invalid resource handle/i],
  [700, 'an illegal memory access was encountered', /an illegal memory access was encountered/i],
  [702, 'launch timed out and was terminated', /the launch timed out and was terminated/i],
  [710, 'device-side assert triggered', /device-side assert triggered/i],
  [714, 'hardware stack error', /(?:CUDA|cuda).{0,60}hardware stack error/],
  [715, 'an illegal instruction was encountered', /an illegal instruction was encountered/i],
  [716, 'misaligned address', /(?:CUDA|cuda).{0,80}misaligned address/],
  [
    717,
    'operation not supported on global/shared',
    /operation not supported on global\/shared address space/i,
  ],
  [718, 'invalid program counter', /(?:CUDA|cuda).{0,80}invalid program counter/],
  [719, 'unspecified launch failure', /unspecified launch failure/i],
  [802, 'system not yet initialized', /system not yet initialized/i],
  [803, 'cuda driver combination', /system has unsupported display driver \/ cuda driver combination/i],
  [804, 'forward compatibility was attempted', /forward compatibility was attempted on non supported HW/i],
  [805, 'mps client failed to connect', /MPS client failed to connect/i],
  [807, 'mps server is not ready', /MPS server is not ready to accept/i],
  [999, 'unknown error', /(?:CUDA|cuda|THC\w{0,10}).{0,80}unknown error/],
];

/** Words that others use too: they count behind who says them, "CUDA error: ", "Cuda failure 1 '", "GPUassert: ". */
const WORDS_OF_CUDA: readonly (readonly [numberOrName: number | string, literal: string])[] = [
  [1, 'invalid argument'],
  [3, 'initialization error'],
  [4, 'driver shutting down'],
  ['cudaErrorInvalidConfiguration', 'invalid configuration argument'],
  [201, 'invalid device context'],
  [304, 'os call failed or operation not supported on this os'],
  [400, 'invalid resource handle'],
  [500, 'named symbol not found'],
  [701, 'too many resources requested for launch'],
  [720, 'too many blocks in cooperative launch'],
  [800, 'operation not permitted'],
  [801, 'operation not supported'],
  [806, 'the remote procedural call between the mps server and the mps client failed'],
  [808, 'the hardware resources required to create mps client have been exhausted'],
  [809, 'the hardware resources required to support device connections have been exhausted'],
  [810, 'mps client terminated by the server'],
  [900, 'operation not permitted when stream is capturing'],
];
const SAID_BY_CUDA = String.raw`(?:\bcuda[\w ]{0,24}(?:error|failure|failed)|\berror \[cuda\]|\bgpuassert).{0,200}?\b`;

/** What cublasGetStatusString says. */
const CUBLAS_WORDS: readonly (readonly [words: string, name: string])[] = [
  ['the library was not initialized', 'CUBLAS_STATUS_NOT_INITIALIZED'],
  ['the resource allocation failed', 'CUBLAS_STATUS_ALLOC_FAILED'],
  ['an invalid numeric value was used as an argument', 'CUBLAS_STATUS_INVALID_VALUE'],
  ['an absent device architectural feature is required', 'CUBLAS_STATUS_ARCH_MISMATCH'],
  ['an access to gpu memory space failed', 'CUBLAS_STATUS_MAPPING_ERROR'],
  ['the gpu program failed to execute', 'CUBLAS_STATUS_EXECUTION_FAILED'],
  ['an internal operation failed', 'CUBLAS_STATUS_INTERNAL_ERROR'],
  ['the requested functionality is not supported', 'CUBLAS_STATUS_NOT_SUPPORTED'],
];

const NAMES: readonly (readonly [
  library: ErrorLibrary,
  literal: string | readonly string[],
  pattern: RegExp,
])[] = [
  ['cuda', 'cudaerror', /\b(cudaError[A-Z]\w{2,50})/],
  ['cuda', 'cuda_error_', /\b(CUDA_ERROR_[A-Z][A-Z0-9_]{2,60})\b/],
  ['cudnn', 'cudnn_status_', /\b(CUDNN_STATUS_(?!SUCCESS|RUNTIME_IN_PROGRESS)[A-Z][A-Z0-9_]{2,60})\b/],
  ['cublas', 'cublas_status_', /\b(CUBLAS_STATUS_(?!SUCCESS)[A-Z][A-Z0-9_]{2,60})\b/],
  ['cufft', 'cufft_', /\b(CUFFT_(?!SUCCESS)[A-Z][A-Z_]{2,40})\b/],
  ['curand', 'curand_status_', /\b(CURAND_STATUS_(?!SUCCESS)[A-Z][A-Z_]{2,40})\b/],
  ['cusolver', 'cusolver_status_', /\b(CUSOLVER_STATUS_(?!SUCCESS)[A-Z][A-Z_]{2,50})\b/],
  ['cusparse', 'cusparse_status_', /\b(CUSPARSE_STATUS_(?!SUCCESS)[A-Z][A-Z_]{2,50})\b/],
  [
    'nccl',
    'nccl',
    /\b(nccl(?:UnhandledCudaError|SystemError|InternalError|InvalidArgument|InvalidUsage|RemoteError))\b/,
  ],
  ['nvml', 'nvml_error_', /\b(NVML_ERROR_[A-Z][A-Z_]{2,60})\b/],
  ['cupti', 'cupti_error_', /\b(CUPTI_ERROR_[A-Z][A-Z_]{2,60})\b/],
  // Nsight's tools and all that read counters through them; with a remark on who may behind it.
  ['cupti', 'err_nvgpuctrperm', /\b(ERR_NVGPUCTRPERM)\b/],
];

/** Of frameworks: what they say where the runtime counts no device. */
const NO_DEVICE: Sentence = {
  literal: [
    'no cuda gpus are available',
    'no visible gpu devices',
    'no supported devices found for platform cuda',
    'no cuda devices found, cuda will be disabled',
    'no cuda device available',
    // ollama of a driver's library that counts none
    'no nvidia devices detected by library',
    // XGBoost
    'no visible gpu is found',
    "couldn't find any available gpu",
    // ollama, after it looked for each kind of GPU
    'no compatible gpus were discovered',
  ],
  pattern:
    /No CUDA GPUs are available|No visible GPU devices|no supported devices found for platform CUDA|no CUDA devices found, CUDA will be disabled|No CUDA device available|no nvidia devices detected by library|No visible GPU is found|couldn't find any available GPU|no compatible GPUs were discovered/i,
  says: () => numbered('cuda', 100),
};

const NUMBERS: readonly Sentence[] = [
  {
    // THCudaCheck FAIL file=/pytorch/aten/src/THC/THCGeneral.cpp line=50 error=30 : unknown error
    literal: 'thcudacheck fail',
    pattern: /THCudaCheck FAIL file=\S{1,300} line=\d{1,6} error=(\d{1,3})\b/i,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
  {
    // ollama: cuda driver library failed to get device context 999; cudart init failure: 35; cudaSetDevice err: 35; nvcuda init failure
    literal: ['cuda driver library ', 'cudart init failure', 'cudasetdevice err', 'cuinit err'],
    pattern:
      /(?:cuda driver library (?:failed to get device context|init failure:?)|cudart init failure:|cudaSetDevice err:|cuInit err:) (\d{1,3})\b/i,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
  {
    // CUDA error 222; cuda runtime error (30); CUDA failure 35; CUDA driver error: 999; CUDA Error code: 100
    literal: 'cuda',
    pattern: /\bCUDA (?:runtime |driver |API )?(?:error|failure)(?: code)?[ :=#(]{1,3}(\d{1,3})\b(?!\.\d)/i,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
  {
    // Error 804: forward compatibility was attempted ...: PyTorch's cudaGetDeviceCount
    literal: 'cudagetdevicecount',
    pattern: /cudaGetDeviceCount\b.{0,300}?\b(?:error|returned|code)\D{1,20}(\d{1,3})\b/i,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
  {
    literal: ['cudasuccess (', 'code='],
    pattern: /(?:cudaSuccess \(|\bcode=)(\d{1,3})(?: vs\.|\()/i,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
  {
    // failed call to cuInit: UNKNOWN ERROR (303); Call to cuInit results in UNKNOWN_CUDA_ERROR (100)
    literal: 'cuinit',
    pattern: /cuInit.{0,60}\(?\b(\d{1,3})\)?/i,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
];

const MEMORY: readonly Sentence[] = [
  {
    // XLA (TensorFlow, JAX), ONNX Runtime and RAPIDS' RMM allocate by themselves, and say so in words of their own.
    literal: [
      'out of memory',
      'outofmemoryerror',
      'oom when allocating',
      'failed to allocate memory for requested buffer',
      'maximum pool size exceeded',
      'resourceexhaustederror: failed to allocate memory',
      // TensorFlow's allocator, which may only mean that more memory would be faster
      'ran out of memory trying to allocate',
      // Julia
      'out of gpu memory',
      // TensorRT
      'error code 2: outofmemory',
      // Blender
      'system is out of gpu',
      // ONNX Runtime
      'is smaller than requested bytes of',
    ],
    pattern:
      /CUDA.{0,60}out of memory|outofmemoryerror|OOM when allocating tensor|RESOURCE_EXHAUSTED: Out of memory (?:while trying to allocate|allocating)|Failed to allocate memory for requested buffer of size|ResourceExhaustedError: failed to allocate memory|Allocator \(GPU_\d{1,2}_bfc\) ran out of memory trying to allocate (?!.{0,200}not a failure)|Out of GPU memory trying to allocate|Error Code 2: OutOfMemory|System is out of GPU (?:memory|and shared host memory)|BFCArena.{0,120}Available memory of \d{1,20} is smaller than requested bytes of|RMM failure at.{1,200}Maximum pool size exceeded/i,
    says: () => outOfMemory(),
  },
];

export const family = familyOf(
  'CUDA errors',
  [
    ...NAMES.map(([library, literal, pattern]): Sentence => ({
      literal,
      pattern,
      says: ([, name]) => named(library, name!),
    })),
    // cuBLAS Error: the requested functionality is not supported
    ...CUBLAS_WORDS.map(([words, name]): Sentence => ({
      literal: words,
      pattern: new RegExp(`cublas\\w{0,10}(?: \\w{1,10})?: ${words}`, 'i'),
      says: () => named('cublas', name),
    })),
    ...WORDS.map(([number, literal, pattern]): Sentence => ({
      literal,
      pattern,
      says: () => numbered('cuda', number),
    })),
    ...WORDS_OF_CUDA.map(([error, words]): Sentence => ({
      literal: words,
      // "operation not supported on global/shared address space", "not permitted when stream is capturing" are others'.
      pattern: new RegExp(`${SAID_BY_CUDA}${words}(?! on | when )`, 'i'),
      says: () => (typeof error === 'number' ? numbered('cuda', error) : named('cuda', error)),
    })),
    ...NUMBERS,
    NO_DEVICE,
    ...MEMORY,
  ],
  [{ literal: 'cuda error', pattern: /\bCUDA error\b/i }],
);
