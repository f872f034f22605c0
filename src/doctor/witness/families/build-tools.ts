/**
 * make, ninja, Meson and configure: a library of CUDA that a build was told of by its path, and that is not there; and what else they stop at.
 *
 *     make[2]: *** No rule to make target '/usr/local/cuda/lib64/libcudart_static.a', needed by 'bin/deviceQuery'.  Stop.
 *     ninja: error: '/usr/local/cuda/lib64/libcublas.so', needed by 'lib/libfoo.so', missing and no known rule to make it
 *     ninja: error: loading 'build.ninja': No such file or directory
 *     ninja: build stopped: subcommand failed.
 *     meson.build:1:0: ERROR: Unknown compiler(s): [['nvcc']]
 *     meson.build:12:8: ERROR: C++ shared or static library 'cudart' not found
 *     configure: error: CUDA requested but not found
 */
import { posix } from 'node:path';
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

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
  {
    literal: 'unknown compiler(s): ',
    pattern: /ERROR: Unknown compiler\(s\): \[{1,2}['"]([\w./+-]{1,80})['"]/i,
    says: ([, program]) => ({ kind: 'missing-program', program: program! }),
  },
  {
    literal: ' not found',
    pattern: /ERROR: C(?:\+\+)? (?:shared or static|shared|static) library '([\w.+-]{1,60})' not found/i,
    says: ([, name]) => ({ kind: 'missing-library', soname: `lib${name}.so`, asker: 'meson', by: 'linker' }),
  },
  {
    // Dependency "cuda" not found, tried ...; Dependency lookup for CUDA with method 'system' failed: ...
    literal: ['error: dependency ', 'dependency lookup for cuda', 'error: cuda toolkit not found'],
    pattern:
      /ERROR: (?:Dependency ["'](cuda(?:-[\d.]{1,5})?|cudart(?:-[\d.]{1,5})?)["'] (?:not found|is required)|Dependency lookup for CUDA with method .{1,40} failed|CUDA toolkit not found)/i,
    says: () => noToolkit('meson'),
  },
  {
    literal: 'unknown cuda architecture ',
    pattern: /Unknown CUDA Architecture (?:Name )?(\d{1,2}\.\d)[af]?\b/i,
    says: ([, wanted]) => ({
      kind: 'architectures',
      wanted: [wanted!],
      there: null,
      speaker: 'The build',
      outcome: 'unknown-to-compiler',
    }),
  },
  {
    // What the sentence is about, its author chose; that it is an error, and that something is not there, configure says.
    literal: 'configure: error: ',
    pattern:
      /configure: error: (?=.{0,160}\bcuda\b)(?=.{0,200}(?:not (?:be )?found|cannot find|could ?n.t find|unable to find|not find|missing|required|no usable|not available))/i,
    says: () => noToolkit('configure'),
  },
  {
    // FFmpeg's: failed checking for nvcc.; cuda_sdk requested but not found; libnpp not found
    literal: ['failed checking for nvcc', 'error: cuda', 'error: libnpp '],
    pattern:
      /ERROR: (?:failed checking for (nvcc)|cuda(?:_sdk|_nvcc)? requested but not found|(libnpp) (?:requested but )?not found)/i,
    says: ([, nvcc, npp]) =>
      npp === undefined
        ? nvcc === undefined
          ? noToolkit('ffmpeg')
          : { kind: 'missing-program', program: 'nvcc' }
        : { kind: 'missing-library', soname: 'libnppc.so', asker: 'ffmpeg', by: 'linker' },
  },
];

const noToolkit = (asker: string): TestimonyKind => ({ kind: 'missing-toolkit', asker, path: null });

export const family = familyOf('build tools', SENTENCES, [
  {
    literal: ['ninja: error: ', 'ninja: fatal: ', 'ninja: build stopped: '],
    pattern: /\bninja: (?:error|fatal|build stopped): /,
  },
  { literal: 'compiler nvcc cannot', pattern: /ERROR: Compiler nvcc cannot compile programs/i },
  { literal: '.cu.o', pattern: /\*{3} \[.{1,200}\.cu\.o\] Error \d/ },
  { literal: 'error: ', pattern: /^ERROR: (?:cuda|nvenc|nvdec|ffnvcodec|libnpp)\w{0,20} requested/ },
]);
