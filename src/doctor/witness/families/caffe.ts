/**
 * Caffe: what it says before CUDA does. "Check failed: error == cudaSuccess (8 vs. 0)" is read by cuda-errors.ts.
 *
 *     F0101 00:00:00.000000     1 common.cpp:66] Cannot use GPU in CPU-only Caffe: check mode.
 */
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'cpu-only caffe',
    pattern: /Cannot use GPU in CPU-only Caffe/i,
    says: () => ({ kind: 'framework', name: 'caffe', version: null, build: 'cpu' }),
  },
];

export const family = familyOf('Caffe', SENTENCES);
