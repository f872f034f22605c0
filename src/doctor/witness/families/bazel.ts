/**
 * TensorFlow's and JAX's configuration of CUDA for Bazel (cuda_configure, find_cuda_config.py): which file in which version is not there.
 *
 *     Could not find any cudnn.h, cudnn_version.h matching version '8' in any subdirectory:
 *     Could not find any libcudart.so.*12.2 in any subdirectory:
 *     Invalid path to CUDA 10.0 toolkit. /usr/local/cuda-10.0/lib64/libcudart.so.10.0 cannot be found
 *     Inconsistent CUDA toolkit path: /usr vs /usr/lib
 */
import { posix } from 'node:path';
import { familyOf, type Sentence } from '../family.ts';
import { troubled } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    // cuDNN's: tensorflow.ts
    literal: 'could not find any ',
    pattern: /Could not find any (?!cudnn)(\w{2,40}\.h)\b.{0,120} in any subdirectory/i,
    says: ([, header]) => ({ kind: 'missing-header', header: header!, asker: 'bazel' }),
  },
  {
    literal: 'could not find any lib',
    pattern: /Could not find any (lib\w{2,40}\.so)\b/i,
    says: ([, soname]) => ({ kind: 'missing-library', soname: soname!, asker: 'bazel', by: 'linker' }),
  },
  {
    literal: 'invalid path to cuda',
    pattern: /Invalid path to CUDA \S{1,8} toolkit\. (\/\S{1,200}\.so[\w.]{0,12}) cannot be found/i,
    says: ([, path]) => ({
      kind: 'missing-library',
      soname: posix.basename(path!),
      asker: 'bazel',
      by: 'linker',
    }),
  },
  troubled('cudnn-not-found', 'invalid path to cudnn', /Invalid path to cuDNN/i, () => 'bazel'),
  {
    // Parts of a toolkit that lies across /usr, as distributions put it
    literal: 'inconsistent cuda toolkit path',
    pattern: /Inconsistent CUDA toolkit path: \S{1,200} vs \S{1,200}/i,
    says: () => ({ kind: 'missing-toolkit', asker: 'bazel', path: null }),
  },
];

export const family = familyOf('Bazel for CUDA', SENTENCES, [
  {
    literal: ['cuda configuration error', 'local_config_cuda'],
    pattern: /Cuda Configuration Error|during the fetch of repository '@?@?local_config_cuda'/i,
  },
]);
