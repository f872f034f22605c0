/**
 * PyTorch, and what is built on it (torchvision, DeepSpeed, apex, flash-attention): which GPUs it has code for, which CUDA
 * it was built with, that it was built without. The wordings are those of torch 0.4 to 2.14.
 *
 *     NVIDIA GeForce RTX 3090 with CUDA capability sm_86 is not compatible with the current PyTorch installation.
 *     Found GPU0 NVIDIA GeForce GTX 1080 which is of cuda capability 6.1.
 *     Minimum and Maximum cuda capability supported by this version of PyTorch is
 *     (7.0) - (12.0)
 */
import { errorByName } from '../../../compat/cuda-errors.ts';
import { gpuNamed } from '../../../compat/gpu-name.ts';
import { firstCapabilityOf } from '../../../compat/gpus.ts';
import { familyOf, type Sentence } from '../family.ts';
import { mismatch, numbered, outOfMemory, troubled } from '../said.ts';
import type { TestimonyKind } from '../testimony.ts';
import { capabilitiesIn, dottedCapability, dottedCuda } from '../versions.ts';

type Architectures = Extract<TestimonyKind, { kind: 'architectures' }>;

const codeFor = (
  wanted: readonly string[],
  there: readonly string[] | null,
  speaker = 'torch',
  outcome: Architectures['outcome'] = 'no-kernel',
): Architectures => ({ kind: 'architectures', wanted, there, speaker, outcome });

const gpu = (name: string | null, computeCapability: string): TestimonyKind => ({
  kind: 'gpu',
  name: name === null ? null : name.trim(),
  computeCapability,
});

const CAPABILITIES: readonly Sentence[] = [
  {
    literal: 'is not compatible with the current pytorch installation',
    pattern:
      /(?:^|: )?([A-Z][\w .()/-]{2,60}?) with CUDA capability sm_(\d{2,3}) is not compatible with the current PyTorch installation/,
    says: ([, name, arch]) => [gpu(name!, dottedCapability(arch!)), codeFor([dottedCapability(arch!)], null)],
  },
  {
    literal: 'pytorch install supports cuda capabilities',
    pattern: /The current PyTorch install supports CUDA capabilities ((?:(?:sm|compute)_\d{2,3}a? ?){1,20})/i,
    says: ([, list]) => codeFor([], capabilitiesIn(list!)),
  },
  {
    // arch_list: ['sm_80', 'sm_90']; the answer of torch.cuda.get_arch_list()
    literal: ["['sm_", "['compute_"],
    pattern: /\[('(?:sm|compute)_\d{2,3}a?'(?:, '(?:sm|compute)_\d{2,3}a?'){0,20})\]/,
    says: ([, list]) => codeFor([], capabilitiesIn(list!)),
  },
  {
    // 1.0 to 2.14: ... which is of cuda capability 6.1; ... which is of compute capability (CC) 7.0
    literal: 'which is of c',
    pattern: /Found GPU\d{1,2} (.{2,60}?) which is of (?:cuda|compute) capability (?:\(CC\) )?(\d{1,2}\.\d)/i,
    says: ([, name, cc]) => gpu(name!, cc!),
  },
  {
    literal: 'pytorch no longer supports this gpu',
    pattern: /PyTorch no longer supports this GPU because it is too old/i,
    says: () => codeFor([], null, 'torch', 'unsupported'),
  },
  {
    literal: 'minimum cuda capability',
    pattern: /minimum cuda capability (?:that we support|supported by this library) is (\d{1,2}\.\d)/i,
    says: ([, least]) => codeFor([], [least!], 'torch', 'unsupported'),
  },
  {
    // Of the range the ends are said; it stands on a line of its own, or on the line of what it is a range of.
    literal: ') - (',
    pattern: /\((\d{1,2}\.\d)\) - \((\d{1,2}\.\d)\)/,
    says: ([, least, most]) => codeFor([], [least!, most!], 'torch'),
  },
  {
    // - 7.5 which supports hardware CC >=7.5,<8.0
    literal: 'which supports hardware cc',
    pattern: /- (\d{1,2}\.\d) which supports hardware CC/i,
    says: ([, built]) => codeFor([], [built!], 'torch'),
  },
  {
    literal: 'attention',
    pattern:
      /Flash[- ]?Attention(?:-?\d)?(?: backward for head dim > \d{2,3})? (?:only supports|is only supported on|requires) (?:GPUs? with )?(Ampere|Turing|Volta|Hopper|Ada|[AH]\d{3})\b(?: or (?:newer|above|later))?/i,
    says: ([, name]) => {
      const least = firstCapabilityOf(name!) ?? gpuNamed(name!)?.computeCapability ?? null;
      return least === null ? null : codeFor([], [least], 'flash-attn', 'unsupported');
    },
  },
];

const BUILDS: readonly Sentence[] = [
  {
    literal: 'not compiled with cuda enabled',
    pattern: /Torch not compiled with CUDA enabled/i,
    says: () => ({ kind: 'framework', name: 'torch', version: null, build: 'cpu' }),
  },
  {
    literal: 'cuda used to build pytorch: ',
    pattern: /CUDA used to build PyTorch: (?:None|Could not collect)/i,
    says: () => ({ kind: 'framework', name: 'torch', version: null, build: 'cpu' }),
  },
  // collect_env, of a build that may well be one for CUDA
  troubled(
    'no-gpu-seen',
    'gpu models and configuration: no cuda',
    /GPU models and configuration: No CUDA/i,
    () => 'torch',
  ),
  {
    // conda list: pytorch  1.4.0  py3.7_cpu_0
    literal: '_cpu',
    pattern: /^\s{0,8}(?:pytorch|torch)\s{1,40}(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\s{1,40}py[\d.]{1,5}_cpu/,
    says: ([, version]) => ({ kind: 'framework', name: 'torch', version: version!, build: 'cpu' }),
  },
];

const VERSIONS: readonly Sentence[] = [
  {
    // cuDNN version incompatibility: PyTorch was compiled  against (8, 7, 0) but found runtime version (8, 5, 0).
    literal: 'cudnn version incompatibility',
    pattern:
      /cuDNN version incompatibility: PyTorch was compiled {1,2}against \((\d{1,2}, \d{1,2}, \d{1,2})\) but found runtime version \((\d{1,2}, \d{1,2}, \d{1,2})\)/i,
    says: ([, expected, found]) => ({
      kind: 'version-mismatch',
      of: 'cudnn',
      found: found!.replaceAll(', ', '.'),
      expected: expected!.replaceAll(', ', '.'),
      atLeast: true,
    }),
  },
  {
    // The NVIDIA driver on your system is too old (found version 11040).
    literal: 'driver on your system is too old',
    pattern: /NVIDIA driver on your system is too old(?: \(found version (\d{4,5})\))?/i,
    says: ([, found]) => ({
      kind: 'version-mismatch',
      of: 'cuda-of-driver',
      found: found === undefined ? null : dottedCuda(Number(found)),
      expected: null,
      atLeast: true,
    }),
  },
  {
    // torch.utils.cpp_extension, and DeepSpeed's words for the same
    literal: ['mismatches the version that was used', 'does not match the version torch was compiled with'],
    pattern:
      /CUDA version \(?(\d{1,2}\.\d{1,2})\)? (?:mismatches the version that was used to compile|does not match the version torch was compiled with)(?: PyTorch)? ?\(?(\d{1,2}\.\d{1,2})?/i,
    says: ([, found, expected]) => ({
      kind: 'version-mismatch',
      of: 'cuda-of-framework',
      found: found!,
      expected: expected ?? null,
      atLeast: false,
    }),
  },
  {
    // apex
    literal: 'pytorch binaries were compiled with cuda',
    pattern: /Pytorch binaries were compiled with Cuda (\d{1,2}\.\d{1,2})/i,
    says: ([, expected]) => ({
      kind: 'version-mismatch',
      of: 'cuda-of-framework',
      found: null,
      expected: expected!,
      atLeast: false,
    }),
  },
  {
    // flash-attention, and the setup.py that was made from its own: Mamba's, causal-conv1d's
    literal: 'is only supported on cuda',
    pattern: /\w{2,40} is only supported on CUDA (\d{1,2}\.\d{1,2}) and above/i,
    says: ([, expected]) => mismatch('cuda-of-framework', null, expected!, true),
  },
  {
    literal: 'torchvision::',
    pattern: /operator torchvision::\w{1,40} does not exist/i,
    says: () => mismatch('torch', null, null, false, 'torchvision'),
  },
];

/** Of torch 0.4 to 1.4: cuBLAS' status in words. */
const CUBLAS_IN_WORDS: readonly (readonly [words: string, name: string])[] = [
  ['library not initialized', 'CUBLAS_STATUS_NOT_INITIALIZED'],
  ['resource allocation failed', 'CUBLAS_STATUS_ALLOC_FAILED'],
  ['the gpu program failed to execute', 'CUBLAS_STATUS_EXECUTION_FAILED'],
  ['an internal operation failed', 'CUBLAS_STATUS_INTERNAL_ERROR'],
];

const ERRORS: readonly Sentence[] = [
  {
    // Its allocator asks NVML how much there is when it can get no more.
    literal: 'nvml_success == ',
    pattern: /NVML_SUCCESS == .{1,60} INTERNAL ASSERT FAILED at .{1,80}CUDACachingAllocator/i,
    says: () => outOfMemory(),
  },
  // torch.cuda, when it counts the devices
  troubled('nvml-not-started', "can't initialize nvml", /UserWarning: Can't initialize NVML/i),
  {
    literal: 'cuda driver initialization failed',
    pattern: /CUDA driver initialization failed, you might not have a CUDA gpu/i,
    says: () => numbered('cuda', 3),
  },
  {
    // torch.load on a machine with fewer GPUs
    literal: 'attempting to deserialize object on cuda device ',
    pattern:
      /Attempting to deserialize object on CUDA device \d{1,3} but torch\.cuda\.device_count\(\) is [1-9]/i,
    says: () => numbered('cuda', 101),
  },
  troubled(
    'forked-after-start',
    'cannot re-initialize cuda in forked',
    /Cannot re-initialize CUDA in forked/i,
  ),
  {
    literal: 'cublas runtime error',
    pattern: /cublas runtime error : ([a-z ]{5,40}?) at /i,
    says: ([, words]) => {
      const name = CUBLAS_IN_WORDS.find(([one]) => one === words!.toLowerCase())?.[1];
      return name === undefined
        ? null
        : { kind: 'error-code', library: 'cublas', number: errorByName(name)?.number ?? null, name };
    },
  },
];

const CUDNN: readonly Sentence[] = [
  // Up to 1.12; from 2.0 on "GET was unable to ...", "FIND was unable to find an engine to execute this computation"; cuDNN's frontend
  troubled(
    'no-algorithm',
    [
      'unable to find a valid cudnn algorithm',
      'unable to find an engine to execute',
      'no execution plans support',
    ],
    /Unable to find a valid cuDNN algorithm|unable to find an engine to execute this computation|No execution plans support the graph/i,
  ),
];

const RUNTIME_COMPILER: readonly Sentence[] = [
  {
    // NVRTC, which torch, CuPy and numba call: the number that it was asked for stands in none of its words.
    literal: 'invalid value for --gpu-architecture',
    pattern: /nvrtc: (?:error: )?invalid value for --gpu-architecture/i,
    says: () => codeFor([], null, 'nvrtc', 'unknown-to-compiler'),
  },
];

const BUILDERS: readonly Sentence[] = [
  {
    // torch.utils.cpp_extension: what it is told to compile for came after it
    literal: 'unknown cuda arch (',
    pattern: /Unknown CUDA arch \((\d{1,2}\.\d)[a-z]?(?:\+PTX)?\) or GPU not supported/i,
    says: ([, wanted]) => codeFor([wanted!], null),
  },
  {
    // tiny-cuda-nn's builder, FlashInfer's
    literal: ['tcnn_cuda_architectures', 'set env var flashinfer_cuda_arch_list'],
    pattern:
      /Specify the target compute capabilities in the TCNN_CUDA_ARCHITECTURES|Please explicitly set env var FLASHINFER_CUDA_ARCH_LIST/i,
    says: () => ({ kind: 'trouble', what: 'no-architecture-asked', detail: 'torch' }),
  },
  {
    literal: 'could not find compatible tinycudann extension for compute capability',
    pattern: /Could not find compatible tinycudann extension for compute capability (\d{2,3})/i,
    says: ([, wanted]) => codeFor([dottedCapability(wanted!)], null, 'tiny-cuda-nn', 'no-kernel'),
  },
  {
    // torch.utils.cpp_extension where it sees no GPU and is told of none: arch_list[-1] += '+PTX' / IndexError: list index out of range
    literal: 'list index out of range',
    pattern: /^\W{0,4}IndexError: list index out of range/,
    says: (_, before) =>
      before.some((line) => /\barch_list\[-1\]/.test(line))
        ? { kind: 'trouble', what: 'no-architecture-asked', detail: 'torch' }
        : null,
  },
  {
    // c10's headers: #error "You're trying to build PyTorch with a too old version of GCC. We need GCC 9 or later."
    literal: 'with a too old version of ',
    pattern: /with a too old version of (GCC|Clang)\. We need (?:GCC|Clang) (\d{1,2}) or later/i,
    says: ([, compiler, least]) =>
      mismatch(compiler!.toLowerCase() === 'gcc' ? 'gcc' : 'clang', null, least!, true),
  },
];

export const family = familyOf(
  'PyTorch',
  [...CAPABILITIES, ...BUILDS, ...VERSIONS, ...ERRORS, ...CUDNN, ...RUNTIME_COMPILER, ...BUILDERS],
  [
    { literal: 'cuda capability', pattern: /cuda capability/i },
    { literal: 'cublas runtime error', pattern: /cublas runtime error/i },
  ],
);
