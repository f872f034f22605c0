/**
 * MXNet 1.x. What CUDA says in its words ("Check failed: e == cudaSuccess: CUDA: ...") is read by cuda-errors.ts.
 *
 *     [storage.cc:137]: Compile with USE_CUDA=1 to enable GPU usage
 *     include/mxnet/././tensor_blob.h:203: GPU is not enabled
 */
import { familyOf, type Sentence } from '../family.ts';
import { dottedCudnn } from '../versions.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'to enable gpu usage',
    pattern: /Compile with USE_CUDA=1 to enable GPU usage/i,
    says: () => ({ kind: 'framework', name: 'mxnet', version: null, build: 'cpu' }),
  },
  {
    literal: 'gpu is not enabled',
    pattern:
      /(?:mxnet|ndarray\.cc|tensor_blob\.h|imperative_utils\.h|MXNET_USE_CUDA).{0,200}GPU is not enabled/i,
    says: () => ({ kind: 'framework', name: 'mxnet', version: null, build: 'cpu' }),
  },
  {
    // cuDNN lib mismatch: linked-against version 7605 != compiled-against version 7600.  Set MXNET_CUDNN_LIB_CHECKING=0 to quiet this warning.
    literal: 'cudnn lib mismatch',
    pattern: /cuDNN lib mismatch: linked-against version (\d{4,6}) != compiled-against version (\d{4,6})/i,
    says: ([, found, expected]) => ({
      kind: 'version-mismatch',
      of: 'cudnn',
      found: dottedCudnn(found!),
      expected: dottedCudnn(expected!),
      atLeast: false,
      goesOn: true,
    }),
  },
];

export const family = familyOf('MXNet', SENTENCES);
