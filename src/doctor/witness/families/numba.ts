/**
 * numba: it looks for the driver's library, and for NVVM and libdevice of a toolkit, by itself.
 *
 *     numba.cuda.cudadrv.error.CudaSupportError: CUDA driver library cannot be found.
 *     numba.cuda.cudadrv.error.NvvmSupportError: libNVVM cannot be found. Do `conda install cudatoolkit`:
 *     NvvmSupportError: GPU compute capability 2.1 is not supported(requires >=3.0)
 *     CUDA Toolkit 8.0 is unsupported by Numba - 9.0 is the minimum required version.
 */
import { familyOf, type Sentence } from '../family.ts';
import { troubled } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  troubled(
    'driver-library-not-found',
    ['cuda driver library cannot be found', 'unable to find libcuda'],
    /CUDA driver library cannot be found|Unable to find libcuda\.so/i,
  ),
  {
    literal: [
      'libnvvm cannot be found',
      'missing libdevice file',
      'no supported gpu compute capabilities found',
    ],
    // The last: which GPUs NVVM knows is told by the version of a cudart that it did not find, or does not know.
    pattern: /libNVVM cannot be found|Missing libdevice file|No supported GPU compute capabilities found/i,
    says: () => ({ kind: 'missing-toolkit', asker: 'numba', path: null }),
  },
  {
    literal: 'is unsupported by numba',
    pattern: /CUDA Toolkit (\d{1,2}\.\d) is unsupported by Numba - (\d{1,2}\.\d) is the minimum/i,
    says: ([, found, atLeast]) => ({
      kind: 'missing-toolkit',
      asker: 'numba',
      path: null,
      found: found!,
      atLeast: atLeast!,
    }),
  },
  {
    literal: 'gpu compute capability ',
    pattern: /GPU compute capability (\d{1,2}\.\d) is not supported ?\(requires >= ?(\d{1,2}\.\d)\)/i,
    says: ([, own, least]) => [
      { kind: 'gpu', name: null, computeCapability: own! },
      {
        kind: 'architectures',
        wanted: [own!],
        there: [least!],
        speaker: 'numba',
        outcome: 'unsupported',
      },
    ],
  },
  {
    // <CUDA device 0 'b'Tesla C1060'> has compute capability < 3.5
    literal: 'has compute capability < ',
    pattern: /has compute capability < (\d{1,2}\.\d)/i,
    says: ([, least]) => ({
      kind: 'architectures',
      wanted: [],
      there: [least!],
      speaker: 'numba',
      outcome: 'unsupported',
    }),
  },
  {
    // NVRTC cannot be loaded; library cudart not found
    literal: ['nvrtc cannot be loaded', 'library nvrtc not found', 'library cudart not found'],
    pattern: /(NVRTC) cannot be loaded|library (nvrtc|cudart) not found/i,
    says: ([, own, other]) => ({
      kind: 'missing-library',
      soname: `lib${(own ?? other)!.toLowerCase()}.so`,
      asker: 'numba',
      by: 'dlopen',
    }),
  },
];

export const family = familyOf('numba', SENTENCES, [
  { literal: 'nvvmsupporterror', pattern: /NvvmSupportError:/ },
]);
