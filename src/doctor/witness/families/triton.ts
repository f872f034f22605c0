/**
 * Triton: it compiles kernels when they are started, with a ptxas of its own, for the GPU that is there. What ptxas says is read by
 * nvcc.ts.
 *
 *     Found NVIDIA GeForce GTX 1080 which is too old to be supported by the triton GPU compiler, which is used as the backend.
 *     triton.runtime.errors.OutOfResources: out of resource: shared memory, Required: 131072, Hardware limit: 101376.
 *     RuntimeError: Internal Triton PTX codegen error
 *     RuntimeError: Triton Error [CUDA]: device kernel image is invalid
 *     subprocess.CalledProcessError: Command '['/usr/bin/gcc', '/tmp/tmpx/main.c', ..., '-lcuda', ...]' returned non-zero exit status 1.
 */
import { familyOf, type Sentence } from '../family.ts';
import { architectureUnknownTo } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'which is too old to be supported by the triton',
    pattern: /Found (.{2,60}?) which is too old to be supported by the triton/i,
    says: ([, name]) => ({ kind: 'gpu', name: name!.trim(), computeCapability: null }),
  },
  {
    literal: 'but your device is of cuda capability',
    pattern: /capability >= (\d{1,2}\.\d), but your device is of CUDA capability (\d{1,2}\.\d)/i,
    says: ([, least, cc]) => [
      { kind: 'gpu', name: null, computeCapability: cc! },
      { kind: 'architectures', wanted: [cc!], there: [least!], speaker: 'triton', outcome: 'unsupported' },
    ],
  },
  {
    // shared memory, tensor memory, threads
    literal: 'out of resource: ',
    pattern: /out of resource: ([a-z ]{3,30}), Required: (\d{1,9}), Hardware limit: (\d{1,9})/i,
    says: ([, what, wanted, limit]) => ({
      kind: 'trouble',
      what: 'kernel-too-large',
      detail: `${what}: ${wanted} wanted, ${limit} there`,
    }),
  },
  {
    // What its ptxas made for this very GPU the driver does not take: the driver is the older one.
    literal: 'triton error [cuda]: device kernel image is invalid',
    pattern: /Triton Error \[CUDA\]: device kernel image is invalid/i,
    says: () => ({ kind: 'trouble', what: 'code-newer-than-driver', detail: 'triton' }),
  },
  {
    // The C compiler, which it calls for the few lines that start a kernel; what the compiler said stands above, if anywhere.
    literal: "'-lcuda'",
    pattern:
      /Command '\['[^']{0,200}(?:gcc|cc|clang|g\+\+)(?:-\d{1,2})?', '[^']{1,300}\/(?:main|cuda_utils|__triton_launcher|driver)\.c', .*'-lcuda'/,
    says: () => ({ kind: 'trouble', what: 'launcher-not-compiled', detail: 'triton' }),
  },
  {
    // LLVM, of an architecture that came after it
    literal: 'is not a recognized processor for this target',
    pattern: /'sm_(\d{2,3}[af]?)' is not a recognized processor for this target/i,
    says: ([, number]) => architectureUnknownTo('llvm', number!),
  },
];

export const family = familyOf('Triton', SENTENCES, [
  {
    literal: ['internal triton ptx codegen error', '`ptxas` failed with error code'],
    pattern: /Internal Triton PTX codegen error|`ptxas` failed with error code/i,
  },
]);
