/**
 * PaddlePaddle 1.8 to 3: which GPUs and which cuDNN it was built for, that it was built without CUDA, that GPU memory ran out.
 *
 *     Mismatched GPU Architecture: The installed PaddlePaddle package was compiled for 61 70 75 80, but your current GPU is 89.
 *     WARNING: device: 0. The installed Paddle is compiled with CUDNN 8.2, but CUDNN version in your machine is 8.1, which may cause ...
 *     Cannot use GPU because you have installed CPU version PaddlePaddle.
 *     Out of memory error on GPU 0. Cannot allocate 1.000000GB memory on GPU 0, 7.9GB memory has been allocated ...
 *     Please NOTE: device: 0, GPU Compute Capability: 8.6, Driver API Version: 12.0, Runtime API Version: 11.7
 */
import { errorByNumber } from '../../../compat/cuda-errors.ts';
import { familyOf, type Sentence } from '../family.ts';
import { dottedCapability } from '../versions.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'paddlepaddle package was compiled for',
    pattern:
      /PaddlePaddle package was compiled for ((?:\d{2,3}a? ?){1,20}),? but your current GPU is (\d{2,3})/i,
    says: ([, there, wanted]) => ({
      kind: 'architectures',
      wanted: [dottedCapability(wanted!)],
      there: there!.trim().split(' ').map(dottedCapability),
      speaker: 'paddle',
      outcome: 'no-kernel',
    }),
  },
  {
    literal: 'paddle is compiled with cudnn',
    pattern:
      /Paddle is compiled with CUDNN (\d{1,2}\.\d{1,2}), but CUDNN version in your machine is (\d{1,2}\.\d{1,2})/i,
    says: ([, expected, found]) => ({
      kind: 'version-mismatch',
      of: 'cudnn',
      found: found!,
      expected: expected!,
      atLeast: true,
      goesOn: true,
    }),
  },
  {
    literal: [
      'cpu version paddlepaddle',
      'paddlepaddle is not compiled with cuda',
      'paddle is not compiled with cuda',
    ],
    pattern:
      /Cannot use GPU because you have installed CPU version PaddlePaddle|Paddle(?:Paddle)? is not compiled with CUDA/i,
    says: () => ({ kind: 'framework', name: 'paddle', version: null, build: 'cpu' }),
  },
  {
    // The third-party dynamic library (libcudnn.so) that Paddle depends on is not configured correctly. (error code is ...)
    literal: 'third-party dynamic library',
    pattern:
      /third-party dynamic library \((lib[\w.+-]{2,60}?\.so[\w.]{0,20})(?:[; ][^)]{0,200})?\) that Paddle depends on is not configured correctly/i,
    says: ([, soname]) => ({ kind: 'missing-library', soname: soname!, asker: 'paddle', by: 'dlopen' }),
  },
  {
    literal: 'out of memory error on gpu',
    pattern: /Out of memory error on GPU \d{1,2}\. Cannot allocate/i,
    says: () => ({
      kind: 'error-code',
      library: 'cuda',
      number: 2,
      name: errorByNumber('cuda', 2)?.names[0] ?? null,
    }),
  },
  {
    literal: 'gpu compute capability: ',
    pattern: /device: \d{1,2}, GPU Compute Capability: (\d{1,2}\.\d)/i,
    says: ([, computeCapability]) => ({ kind: 'gpu', name: null, computeCapability: computeCapability! }),
  },
];

export const family = familyOf('PaddlePaddle', SENTENCES);
