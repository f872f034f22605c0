/**
 * TensorFlow, JAX, ONNX Runtime, TensorRT, and the Python packages they stand on (NumPy, protobuf): which versions they were built with
 * and which they found.
 *
 *     Loaded runtime CuDNN library: 8.4.1 but source was compiled with: 8.6.0.  CuDNN library needs to have matching major version ...
 *     CUDA backend failed to initialize: Found cuDNN version 8600, but JAX was built against version 8902, which is newer.
 *     Failed to create CUDAExecutionProvider. Require cuDNN 9.* and CUDA 12.*
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind, Versioned } from '../testimony.ts';
import { dottedCuda, dottedCudnn } from '../versions.ts';

const mismatch = (
  of: Versioned,
  found: string | null,
  expected: string | null,
  atLeast: boolean,
): TestimonyKind => ({ kind: 'version-mismatch', of, found, expected, atLeast });

/** JAX checks each of CUDA's libraries; what is no table's of ours is CUDA. */
const jaxPart = (name: string): Versioned => (/^cudnn$/i.test(name) ? 'cudnn' : 'cuda');
const jaxVersion = (name: string, number: string): string =>
  /^cudnn$/i.test(name) ? dottedCudnn(number) : dottedCuda(Number(number));

const TENSORFLOW: readonly Sentence[] = [
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

const XLA: readonly Sentence[] = [
  {
    // What XLA takes of the toolkit: the bitcode of device functions, and ptxas. TensorFlow and JAX print its words.
    literal: ['libdevice', 'invoke ptxas'],
    pattern:
      /libdevice not found at |Can't find libdevice directory|libdevice is required by this HLO module but was not found|Couldn't invoke ptxas/i,
    // Without ptxas the driver compiles: where XLA only warns of it, the work goes on.
    says: ({ 0: words, input }) =>
      words.endsWith('ptxas') && /(?:^|: )W \S{3,200}\.cc:\d/.test(input)
        ? null
        : { kind: 'missing-toolkit', asker: 'xla', path: null },
  },
];

const JAX: readonly Sentence[] = [
  {
    literal: 'but jax was built against version',
    pattern: /Found (\w{3,10}) version (\d{4,6}), but JAX was built against version (\d{4,6})/i,
    says: ([, name, found, expected]) =>
      mismatch(jaxPart(name!), jaxVersion(name!, found!), jaxVersion(name!, expected!), true),
  },
  {
    // Its four lines: Outdated NAME installation found. / Version JAX was built against: N / Minimum supported: N / Installed version: N
    literal: 'outdated cu',
    pattern: /Outdated (cu\w{2,10}) installation found/i,
    says: ([, name]) => mismatch(jaxPart(name!), null, null, true),
  },
  {
    literal: 'minimum supported: ',
    pattern: /^\s{0,8}Minimum supported: (\d{4,6})\s{0,4}$/i,
    says: ([, least]) => ({ kind: 'version', of: 'cudnn-of-build', version: dottedCudnn(least!) }),
  },
  {
    literal: 'installed version: ',
    pattern: /^\s{0,8}Installed version: (\d{4,6})\s{0,4}$/i,
    says: ([, found]) => ({ kind: 'version', of: 'cudnn', version: dottedCudnn(found!) }),
  },
  {
    // Its plugin for CUDA is a package of its own, and must be of the release of jaxlib.
    literal: 'but it is not compatible with the installed jaxlib version',
    pattern:
      /JAX plugin \w{2,40} version (\d[\w.+]{1,20}) is installed, but it is not compatible with the installed jaxlib version (\d[\w.+]{1,20})/i,
    says: ([, found, expected]) => mismatch('jax', found!, expected!.replace(/\.$/, ''), false),
  },
  {
    literal: ['mismatched pjrt plugin', 'jax plugin configuration error'],
    pattern:
      /Mismatched PJRT plugin PJRT API version|Jax plugin configuration error: Exception when calling jax_plugins/i,
    says: () => mismatch('jax', null, null, false),
  },
  {
    // jaxlib version 0.4.30 is newer than and incompatible with jax version 0.4.20.
    literal: 'incompatible with jax version',
    pattern:
      /jaxlib (?:version )?(\d[\w.+]{1,20}) is (?:newer|older) than and incompatible with jax version (\d[\w.+]{1,20})/i,
    says: ([, found, expected]) => mismatch('jax', found!, expected!.replace(/\.$/, ''), false),
  },
  {
    literal: 'a cuda-enabled jaxlib is not installed',
    pattern: /a CUDA-enabled jaxlib is not installed/i,
    says: () => ({ kind: 'framework', name: 'jax', version: null, build: 'cpu' }),
  },
];

const ONNXRUNTIME: readonly Sentence[] = [
  {
    literal: 'require cudnn ',
    pattern: /Require cuDNN (\d{1,2})(?:\.\S{1,6})? and CUDA (\d{1,2})/i,
    says: ([, cudnn, cuda]) => [
      mismatch('cuda', null, cuda!, false),
      { kind: 'version', of: 'cudnn-of-build', version: cudnn! },
      { kind: 'framework', name: 'onnxruntime', version: null, build: null },
    ],
  },
  {
    // The package without GPU: onnxruntime in the place of onnxruntime-gpu
    literal: "specified provider 'cudaexecutionprovider' is not in available provider names",
    pattern: /Specified provider 'CUDAExecutionProvider' is not in available provider names/i,
    says: () => ({ kind: 'framework', name: 'onnxruntime', version: null, build: 'cpu' }),
  },
];

const TENSORRT: readonly Sentence[] = [
  {
    literal: 'not compatible with this version of tensorrt',
    pattern:
      /not compatible with this version of TensorRT, expecting library version (\d[\d.]{1,12}) got (\d[\d.]{1,12})/i,
    says: ([, expected, found]) => mismatch('tensorrt', found!.replace(/\.$/, ''), expected!, false),
  },
];

// Before 7 "Serialization Error in verifyHeader", from 8 on "Serialization assertion ... failed": both end in the same words. What they
// number are formats of engines, no releases.
const TENSORRT_FORMATS: readonly Sentence[] = [
  {
    literal: 'version tag does not match',
    pattern: /Serialization .{0,120}Version tag does not match/i,
    says: () => mismatch('tensorrt', null, null, false),
  },
];

const XFORMERS: readonly Sentence[] = [
  {
    // xFormers was built for:\n    PyTorch 2.2.0+cu121 with CUDA 1201 (you have 2.3.0+cu121)
    literal: ' (you have ',
    pattern:
      /PyTorch (\d[\d.]{2,10}(?:\+\w{1,12})?) with CUDA (?:\d{3,5}|None) \(you have (\d[\d.]{2,10})(?:\+(\w{1,12}))?\)/i,
    says: ([, expected, found, build]) =>
      build === 'cpu'
        ? { kind: 'framework', name: 'torch', version: found!, build }
        : {
            kind: 'version-mismatch',
            of: 'torch',
            found: build === undefined ? found! : `${found}+${build}`,
            expected: expected!,
            atLeast: false,
            asker: 'xformers',
          },
  },
];

const PYTHON: readonly Sentence[] = [
  {
    literal: 'descriptors cannot',
    pattern: /Descriptors cannot (?:not )?be created directly/i,
    says: () => mismatch('protobuf', null, null, false),
  },
  {
    literal: 'downgrade the protobuf package to',
    pattern: /Downgrade the protobuf package to (\d{1,2}\.\d{1,3})(?:\.x)? or lower/i,
    says: ([, expected]) => mismatch('protobuf', null, expected!, false),
  },
  {
    literal: 'incompatible protobuf gencode/runtime',
    pattern: /incompatible Protobuf Gencode\/Runtime.{0,200}gencode (\d[\d.]{1,10}) runtime (\d[\d.]{1,10})/i,
    says: ([, expected, found]) =>
      mismatch('protobuf', found!.replace(/\.$/, ''), expected!.replace(/\.$/, ''), true),
  },
  {
    literal: "'numpy' has no attribute",
    pattern:
      /module 'numpy' has no attribute '(?:bool8?|object0?|int0?|float_?|complex_?|str0?|long|unicode_?|typeDict|product|cumproduct|in1d|trapz|row_stack|Inf|NaN|NAN|asscalar)'/i,
    says: () => mismatch('numpy', null, null, false),
  },
  {
    literal: 'compiled using numpy 1.x cannot be run in',
    pattern: /compiled using NumPy 1\.x cannot be run in(?: NumPy (\d\.[\d.]{1,8}))?/i,
    says: ([, found]) => mismatch('numpy', found?.replace(/\.$/, '') ?? null, '1', false),
  },
  {
    literal: ['numpy.core.multiarray failed to import', '_array_api not found', 'numpy is not available'],
    pattern: /numpy\.core\.multiarray failed to import|_ARRAY_API not found|Numpy is not available/i,
    says: () => mismatch('numpy', null, null, false),
  },
  {
    literal: 'size changed, may indicate binary',
    pattern: /numpy\.(?:dtype|ufunc|ndarray|\w{2,20}) size changed, may indicate binary incompatibility/i,
    says: () => mismatch('numpy', null, null, false),
  },
];

export const family = familyOf(
  'Python frameworks',
  [...TENSORFLOW, ...XLA, ...JAX, ...ONNXRUNTIME, ...TENSORRT, ...TENSORRT_FORMATS, ...XFORMERS, ...PYTHON],
  [
    {
      literal: 'skipping registering gpu devices',
      pattern: /Skipping registering GPU devices/i,
    },
    {
      literal: ['failed to create cudaexecutionprovider', 'failed to create tensorrtexecutionprovider'],
      pattern: /Failed to create (?:CUDA|Tensorrt)ExecutionProvider/i,
    },
    { literal: 'cuda backend failed to initialize', pattern: /CUDA backend failed to initialize/i },
    {
      literal: ['[trt]', '[tensorrt]'],
      pattern: /\[(?:TRT|TensorRT)\] (?:\[[EF]\]|ERROR:|INTERNAL_ERROR:)/i,
    },
    { literal: "xformers can't load", pattern: /xFormers can't load C\+\+\/CUDA extensions/i },
  ],
);
