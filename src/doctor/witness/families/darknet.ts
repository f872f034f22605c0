/**
 * darknet (pjreddie's, AlexeyAB's): how it was built, in its first lines, and how it ends.
 *
 *      CUDA-version: 10020 (11000), cuDNN: 7.6.5, CUDNN_HALF=1, GPU count: 1
 *      cuDNN status Error in: file: ./src/convolutional_layer.c : () : line: 249 : build time: Jan 01 2021 - 12:00:00
 *      cuDNN Error: CUDNN_STATUS_ARCH_MISMATCH
 *     darknet: ./src/utils.c:256: error: Assertion `0' failed.
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';
import { dottedCuda } from '../versions.ts';

const darknet = (build: string | null = null): TestimonyKind => ({
  kind: 'framework',
  name: 'darknet',
  version: null,
  build,
});

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'cuda-version: ',
    pattern:
      /^\W{0,4}CUDA-version: (\d{4,5}) \((\d{4,5})\)(?:, cuDNN: (\d{1,2}\.\d{1,2}\.\d{1,3}))?(, CUDNN_HALF=1)?/,
    says: ([, cuda, served, cudnn, half]) => [
      darknet(half === undefined ? null : 'CUDNN_HALF'),
      { kind: 'version', of: 'cuda', version: dottedCuda(Number(cuda)) },
      { kind: 'version', of: 'cuda-of-driver', version: dottedCuda(Number(served)) },
      ...(cudnn === undefined ? [] : [{ kind: 'version', of: 'cudnn', version: cudnn } as const]),
    ],
  },
  {
    literal: ['status error in: file: ', 'status error: file: ', 'cudnn error: cudnn_status_', 'darknet: '],
    pattern:
      /^\s{0,4}(?:(?:cuDNN status Error in|CUDA status Error): file: \S|cuDNN Error: CUDNN_STATUS_|(?:\S{0,160}\/)?darknet: \.?\S{0,80}\.c(?:u|pp)?:\d{1,5}: )/,
    says: () => darknet(),
  },
];

export const family = familyOf('darknet', SENTENCES);
