/**
 * make and ninja: a library of CUDA that a build was told of by its path, and that is not there; and what else they stop at.
 *
 *     make[2]: *** No rule to make target '/usr/local/cuda/lib64/libcudart_static.a', needed by 'bin/deviceQuery'.  Stop.
 *     ninja: error: '/usr/local/cuda/lib64/libcublas.so', needed by 'lib/libfoo.so', missing and no known rule to make it
 *     ninja: error: loading 'build.ninja': No such file or directory
 */
import { posix } from 'node:path';
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: ['no rule to make target ', 'ninja: error: '],
    pattern:
      /(?:No rule to make target |ninja: error: )['`‘]([^'’]{0,200}\/lib[\w+-]{1,60}\.(?:so|a)(?:\.[\d.]{1,20})?)['’], needed by ['`‘]([^'’]{1,200})['’]/i,
    says: ([, path, asker]) => ({
      kind: 'missing-library',
      soname: posix.basename(path!),
      asker: posix.basename(asker!),
      by: 'linker',
    }),
  },
  {
    literal: 'ninja: fatal: ',
    pattern: /ninja: fatal: .{0,60}(?:Cannot allocate memory|Resource temporarily unavailable)/i,
    says: () => ({ kind: 'out-of-host-memory', program: 'ninja' }),
  },
];

export const family = familyOf('build tools', SENTENCES, [
  { literal: ['ninja: error: ', 'ninja: fatal: '], pattern: /\bninja: (?:error|fatal): / },
]);
