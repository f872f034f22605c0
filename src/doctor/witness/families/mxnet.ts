/**
 * MXNet 1.x. What CUDA says in its words ("Check failed: e == cudaSuccess: CUDA: ...") is read by cuda-errors.ts.
 *
 *     [storage.cc:137]: Compile with USE_CUDA=1 to enable GPU usage
 *     include/mxnet/././tensor_blob.h:203: GPU is not enabled
 */
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'to enable gpu usage',
    pattern: /Compile with USE_CUDA=1 to enable GPU usage/i,
    says: () => ({ kind: 'framework', name: 'mxnet', version: null, build: 'cpu' }),
  },
];

export const family = familyOf('MXNet', SENTENCES, [
  { literal: 'gpu is not enabled', pattern: /mxnet.{0,200}GPU is not enabled/i },
]);
