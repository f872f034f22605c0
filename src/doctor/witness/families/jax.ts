/**
 * JAX, and XLA under it, which TensorFlow prints too.
 *
 *     CUDA backend failed to initialize: Found cuDNN version 8600, but JAX was built against version 8902, which is newer.
 *     libdevice not found at ./libdevice.10.bc
 */
import { familyOf, type Sentence } from '../family.ts';
import { firstGroup, mismatch, troubled } from '../said.ts';
import type { TestimonyKind } from '../testimony.ts';
import { dottedCuda, dottedCudnn } from '../versions.ts';

/** JAX counts as each library does: cuDNN as cuDNN, CUDA as cudart, the others as cuDNN's newer releases or its older ones. */
function dotted(name: string, number: string): string {
  if (/^cuda$/i.test(name)) return dottedCuda(Number(number));
  return number.length < 4 ? number : dottedCudnn(number);
}

/** JAX checks each of CUDA's libraries: what is here, and the oldest that will do. */
function older(name: string, found: string, least: string): TestimonyKind {
  const [here, wanted] = [dotted(name, found), dotted(name, least)];
  if (/^cudnn$/i.test(name)) return mismatch('cudnn', here, wanted, true);
  if (/^cuda$/i.test(name)) return mismatch('cuda', here, wanted, true);
  return {
    kind: 'trouble',
    what: 'library-outdated',
    detail: `${name} ${here}, and takes none older than ${wanted}`,
  };
}

const HANDLES: Readonly<Record<string, string>> = { solver: 'cuSOLVER', blas: 'cuBLAS', sparse: 'cuSPARSE' };

const XLA: readonly Sentence[] = [
  {
    // What XLA takes of the toolkit: the bitcode of device functions, and ptxas. TensorFlow and JAX print its words.
    literal: ['libdevice', 'invoke ptxas', 'suitable version of ptxas'],
    pattern:
      /libdevice not found(?: at |$)|libdevice(?:\.10)?\.bc not found|Can't find libdevice directory|libdevice is required by this HLO module but was not found|Couldn't find a suitable version of ptxas|Couldn't invoke ptxas/i,
    // Without ptxas the driver compiles: where XLA only warns of it, the work goes on.
    says: ({ 0: words, input }) =>
      words.endsWith('ptxas') && /(?:^|: )W \S{3,200}\.cc:\d/.test(input)
        ? null
        : { kind: 'missing-toolkit', asker: 'xla', path: null },
  },
  {
    // XLA requires ptxas version 11.8 or higher
    literal: 'requires ptxas version ',
    pattern: /XLA requires ptxas version (\d{1,2}\.\d)/i,
    says: ([, atLeast]) => ({ kind: 'missing-toolkit', asker: 'xla', path: null, atLeast: atLeast! }),
  },
  {
    // ptxas does not support CC 12.0. Where the driver compiles in its place, the work goes on.
    literal: 'ptxas does not support cc ',
    pattern: /^(?!.{0,300}Falling back to the CUDA driver).{0,300}ptxas does not support CC (\d{1,2}\.\d)/i,
    says: ([, wanted]) => [
      { kind: 'gpu', name: null, computeCapability: wanted! },
      {
        kind: 'architectures',
        wanted: [wanted!],
        there: null,
        speaker: 'ptxas',
        outcome: 'unknown-to-compiler',
      },
    ],
  },
  // Termination timeout for `acquire clique for rank 0; ...` of 40 seconds exceeded. Exiting to ensure a consistent program state.
  troubled(
    'collective-timed-out',
    'termination timeout for ',
    /Termination timeout for [`'"]?(.{3,60}?)(?:[;`'"]|of \d).{0,200}exceeded/i,
    firstGroup,
  ),
];

const JAX: readonly Sentence[] = [
  {
    literal: 'but jax was built against version',
    pattern: /Found (\w{3,10}) version (\d{4,6}), but JAX was built against version (\d{4,6})/i,
    says: ([, name, found, expected]) => older(name!, found!, expected!),
  },
  {
    // Its four lines: Outdated NAME installation found. / Version JAX was built against: N / Minimum supported: N / Installed version: N
    literal: 'outdated cudnn installation',
    pattern: /Outdated cuDNN installation found/i,
    says: () => mismatch('cudnn', null, null, true),
  },
  {
    literal: 'minimum supported: ',
    pattern: /^\s{0,8}Minimum supported: (\d{4,6})\s{0,4}$/i,
    says: ([, least], before) =>
      /Outdated cuDNN/i.test(before[1] ?? '')
        ? { kind: 'version', of: 'cudnn-of-build', version: dottedCudnn(least!) }
        : null,
  },
  {
    literal: 'installed version: ',
    pattern: /^\s{0,8}Installed version: (\d{2,6})\s{0,4}$/i,
    says: ([, found], before) => {
      const name = /Outdated (cu\w{2,10}) installation found/i.exec(before[2] ?? '')?.[1];
      const least = /^\s{0,8}Minimum supported: (\d{2,6})/i.exec(before[0] ?? '')?.[1];
      if (name === undefined || least === undefined) return null;
      return /^cudnn$/i.test(name)
        ? { kind: 'version', of: 'cudnn', version: dottedCudnn(found!) }
        : older(name, found!, least);
    },
  },
  {
    // RuntimeError: jaxlib/gpu/solver_handle_pool.cc:37: operation gpusolverDnCreate(&handle) failed: cuSolver internal error
    literal: ['create(&handle) failed', 'failed to create cublas handle'],
    pattern:
      /operation \w{2,5}(solver|blas|sparse)\w{0,10}Create\(&handle\) failed|failed to create (cublas) handle: cublas error/i,
    says: ([, name, cublas]) => ({
      kind: 'trouble',
      what: 'handle-not-made',
      detail: cublas === undefined ? HANDLES[name!.toLowerCase()]! : 'cuBLAS',
    }),
  },
  {
    // With more platforms there, or with CUDA's that did not start: what it says of that stands above.
    literal: [
      'no gpu/tpu found',
      'platforms present are: ',
      'in the list of known backends',
      'unknown backend ',
    ],
    pattern:
      /No GPU\/TPU found, falling back to CPU|Unknown backend: '(?:gpu|cuda)' requested.{0,200}Platforms present are: (?:interpreter,)?cpu(?:,interpreter)?\b(?!,cuda)|Backend '(?:gpu|cuda)' is not in the list of known backends|Unknown backend (?:gpu|cuda)\b/i,
    says: () => ({ kind: 'trouble', what: 'framework-without-gpu', detail: 'jax' }),
  },
  {
    // What the jaxlib of CPUs lacks
    literal: "'gpuallocatorconfig'",
    pattern: /has no attribute 'GpuAllocatorConfig'/i,
    says: () => ({ kind: 'framework', name: 'jax', version: null, build: 'cpu' }),
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
      /Mismatched PJRT plugin PJRT API version|Jax plugin configuration error: (?:Exception when calling jax_plugins|Plugin module jax_plugins\.xla_cuda\w{0,4} (?:does not exist|could not be loaded))/i,
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

export const family = familyOf(
  'JAX and XLA',
  [...XLA, ...JAX],
  [{ literal: 'cuda backend failed to initialize', pattern: /CUDA backend failed to initialize/i }],
);
