/**
 * bitsandbytes: of its libraries, one for each CUDA and one without, it loads the one that it thinks fits.
 *
 *     Could not find the bitsandbytes CUDA binary at PosixPath('.../libbitsandbytes_cuda124.so')
 *     The installed version of bitsandbytes was compiled without GPU support.
 *     AttributeError: .../bitsandbytes/libbitsandbytes_cpu.so: undefined symbol: cget_col_row_stats
 *     AttributeError: 'NoneType' object has no attribute 'cdequantize_blockwise_fp16_nf4'
 */
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

const withoutGpu = (): TestimonyKind => ({
  kind: 'framework',
  name: 'bitsandbytes',
  version: null,
  build: 'cpu',
});

const SENTENCES: readonly Sentence[] = [
  {
    // 0.37 to 0.42, where neither its own library for this CUDA nor CUDA's runtime was found; the lines before say which, if any.
    literal: 'cuda setup failed despite gpu being available',
    pattern: /CUDA Setup failed despite GPU being available/i,
    says: () => withoutGpu(),
  },
  {
    literal: ['compiled without gpu support', 'cpu-only version of bitsandbytes'],
    pattern:
      /bitsandbytes was compiled without GPU support|not available in CPU-only version of bitsandbytes/i,
    says: () => withoutGpu(),
  },
  {
    // Could not find the bitsandbytes CUDA binary at PosixPath('.../libbitsandbytes_cuda124.so')
    literal: 'libbitsandbytes_cuda',
    pattern:
      /(?:not found|Could not find|Configured|No compatible CUDA (?:binary|library) found)[^']{0,80}(?:'[^']{0,300})?(libbitsandbytes_cuda\d{2,3}(?:_nocublaslt)?\.so)/i,
    says: ([, soname]) => ({
      kind: 'missing-library',
      soname: soname!,
      asker: 'bitsandbytes',
      by: 'dlopen',
    }),
  },
  {
    // Requested CUDA version:          12.9: the library for it is not among those of the package.
    literal: 'requested cuda version: ',
    pattern: /^\s{0,8}Requested CUDA version: {1,20}(\d{2})\.(\d)\s*$/i,
    says: ([, major, minor]) => ({
      kind: 'missing-library',
      soname: `libbitsandbytes_cuda${major}${minor}.so`,
      asker: 'bitsandbytes',
      by: 'dlopen',
    }),
  },
  {
    // CUDA SETUP ERROR: Missing dependency: libcudart.so.12
    literal: 'setup error: missing dependency: lib',
    pattern: /CUDA SETUP ERROR: Missing dependency: (lib[\w+-]{1,40}\.so(?:\.\d{1,3}){0,3})/i,
    says: ([, soname]) => ({ kind: 'missing-library', soname: soname!, asker: 'bitsandbytes', by: 'dlopen' }),
  },
  {
    // The one without was loaded, and asked for what only those for CUDA have; from 0.44 on none is loaded then.
    literal: ['libbitsandbytes_cpu.so', "'nonetype' object has no attribute 'c"],
    pattern:
      /libbitsandbytes_cpu\.so: undefined symbol: c\w|'NoneType' object has no attribute 'c(?:get_|quantize_|dequantize_|adam|lion|igemm|gemm_|transform_|mul_|prefetch|col)\w{0,60}'/,
    says: () => withoutGpu(),
  },
];

export const family = familyOf('bitsandbytes', SENTENCES, [
  { literal: 'cuda setup: ', pattern: /CUDA SETUP: .{0,60}(?:failed|unexpected|WARNING)/i },
]);
