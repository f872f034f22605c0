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
import { COMMON_WORDS, CUDA_SPEAKS, OWN_WORDS } from '../cuda-words.ts';
import { named, numbered, outOfMemory, type ErrorLibrary, type NumberedLibrary } from '../said.ts';

/** What is not quite its own words, as frameworks say it. */
const WORDS: readonly (readonly [number: number, literal: string, pattern: RegExp])[] = [
  [46, 'busy or unavailable', /CUDA-capable device(?:s|\(s\))? (?:are|is\/are) busy or unavailable/i],
  // Where CUDA is only named: CUDA unknown error - this may be due to an incorrectly set up environment
  [999, 'unknown error', /(?:CUDA|cuda|THC\w{0,10}|\bcu[A-Z]\w{2,40}).{0,80}(?:unknown|Unknown) error/],
  [714, 'hardware stack error', /(?:CUDA|cuda).{0,60}hardware stack error/],
  [716, 'misaligned address', /(?:CUDA|cuda).{0,80}misaligned address/],
  [718, 'invalid program counter', /(?:CUDA|cuda).{0,80}invalid program counter/],
  [100, 'no cuda-capable device', /no CUDA-capable device/i],
  // helper_cuda.h of NVIDIA's samples, deviceQuery
  [100, 'no devices supporting cuda', /no devices supporting CUDA/i],
  [100, 'device(s) that support cuda', /There are no available device\(s\) that support CUDA/i],
  [
    46,
    'compute mode prohibited',
    /all devices have compute mode prohibited|<Compute Mode Prohibited>, no threads/i,
  ],
];

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

/**
 * CUDA error in func 'set_constants' at line 120 : out of memory; GPUassert: invalid argument main.cu 45. "operation not supported on
 * global/shared address space" and "not permitted when stream is capturing" are words of others.
 */
const COMMON: Sentence = {
  literal: [...COMMON_WORDS.keys()],
  pattern: new RegExp(
    `${CUDA_SPEAKS}.{0,160}?[ :("'](${[...COMMON_WORDS.keys()].join('|')})(?! on | when )`,
    'i',
  ),
  says: ([, words]) => numbered('cuda', COMMON_WORDS.get(words!.toLowerCase())!),
};

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
  ['nvrtc', 'nvrtc_error_', /\b(NVRTC_ERROR_[A-Z][A-Z_]{2,60})\b/],
  ['nvjpeg', 'nvjpeg_status_', /\b(NVJPEG_STATUS_(?!SUCCESS)[A-Z][A-Z_]{2,50})\b/],
  ['npp', 'npp_', /\b(NPP_[A-Z][A-Z_]{2,60}_(?:ERROR|ERR|CAPABILITY))\b/],
  ['nvvm', 'nvvm_error_', /\b(NVVM_ERROR_[A-Z][A-Z_]{2,50})\b/],
  ['cutensor', 'cutensor_status_', /\b(CUTENSOR_STATUS_(?!SUCCESS)[A-Z][A-Z_]{2,50})\b/],
  ['optix', 'optix_error_', /\b(OPTIX_ERROR_[A-Z][A-Z_]{2,50})\b/],
  ['nvenc', 'nv_enc_err_', /\b(NV_ENC_ERR_[A-Z][A-Z_]{2,50})\b/],
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
    // failed call to cuInit: UNKNOWN ERROR (303); Call to cuInit results in UNKNOWN_CUDA_ERROR (100); not the 0 that it is called with
    literal: 'cuinit',
    pattern: /cuInit.{0,60}?\b([1-9]\d{0,2})\b/i,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
  {
    // helper_cuda_drvapi.h: checkCudaErrors() Driver API error = 0100 from file <x.cpp>, line 57
    literal: 'driver api error',
    pattern: /Driver API error = (\d{4})\b/i,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
  {
    // OpenACC's runtime: call to cuMemAlloc returned error 2; Open MPI's help: cuIpcOpenMemHandle return value:   217
    literal: ['returned error ', 'return value:'],
    pattern: /\bcu[A-Z]\w{2,40} (?:returned error|return value:) {1,4}(\d{1,3})\b/,
    says: ([, number]) => numbered('cuda', Number(number)),
  },
];

/** Of libraries by number: cublasCreate failed: 1; cuFFT error 11; cusolver error: 7, when calling `cusolverDnCreate(handle)` */
const LIBRARY_NUMBERS: Sentence = {
  literal: ['cublas', 'cudnn', 'cufft', 'curand', 'cusolver', 'cusparse', 'nccl'],
  pattern:
    /\b(cublas|cudnn|cufft|curand|cusolver|cusparse|nccl)\w{0,40}(?:\([^()]{0,60}\))?:? (?:failed|error|failure|status|returned)(?: with)?(?: error)?(?: code)?[ :=#(]{1,4}([1-9]\d{0,3})\b(?!\.)/i,
  says: ([, library, number]) => numbered(library!.toLowerCase() as NumberedLibrary, Number(number)),
};

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
      // Miners; thrust's allocator, where the host's says no more than its name; LAMMPS
      'cannot allocate big buffer for dag',
      'std::bad_alloc: out of memory',
      'insufficient memory on accelerator',
    ],
    pattern:
      /CUDA.{0,60}out of memory|outofmemoryerror|OOM when allocating tensor|RESOURCE_EXHAUSTED: Out of memory (?:while trying to allocate|allocating)|Failed to allocate memory for requested buffer of size|ResourceExhaustedError: failed to allocate memory|Allocator \(GPU_\d{1,2}_bfc\) ran out of memory trying to allocate (?!.{0,200}not a failure)|Out of GPU memory trying to allocate|Error Code 2: OutOfMemory|System is out of GPU (?:memory|and shared host memory)|BFCArena.{0,120}Available memory of \d{1,20} is smaller than requested bytes of|RMM failure at.{1,200}Maximum pool size exceeded|cannot allocate big buffer for DAG|std::bad_alloc: out of memory|\bGPU out of memory\b|Insufficient memory on accelerator/i,
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
    ...OWN_WORDS.map(([number, words]): Sentence => ({
      literal: words,
      pattern: new RegExp(words.replace(/[.()/+]/g, '\\$&'), 'i'),
      says: () => numbered('cuda', number),
    })),
    COMMON,
    ...WORDS.map(([number, literal, pattern]): Sentence => ({
      literal,
      pattern,
      says: () => numbered('cuda', number),
    })),
    ...NUMBERS,
    LIBRARY_NUMBERS,
    NO_DEVICE,
    ...MEMORY,
  ],
  [{ literal: 'cuda error', pattern: /\bCUDA error\b/i }],
);
