/**
 * Crates of Rust for CUDA: cudarc, which opens CUDA's libraries by name, candle, and bindgen_cuda, which calls nvcc for their kernels.
 *
 *     Unable to dynamically load the "cublas" shared library - searched for library names: ["libcublas.so", ...]
 *     called `Result::unwrap()` on an `Err` value: NvccNotFound
 *     nvcc cannot target gpu arch 120. Available nvcc targets are [50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90].
 *     Error: the candle crate has not been built with cuda support
 */
import { familyOf, type Sentence } from '../family.ts';
import { dottedCapability } from '../versions.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'unable to dynamically load the ',
    pattern: /Unable to dynamically load the "(\w{3,20})" shared library/i,
    says: ([, name]) => ({
      kind: 'missing-library',
      soname: `lib${name!}.so`,
      asker: 'cudarc',
      by: 'dlopen',
    }),
  },
  {
    literal: ['nvccnotfound', 'failed to run `nvcc', '`nvcc --version` failed'],
    pattern: /\bNvccNotFound\b|Failed to run `nvcc --version`|`nvcc --version` failed/i,
    says: () => ({ kind: 'missing-program', program: 'nvcc' }),
  },
  {
    // How the build finds out for which GPU it is to compile
    literal: '`nvidia-smi` failed. ensure that',
    pattern: /`nvidia-smi` failed\. Ensure that you have CUDA installed/i,
    says: () => ({ kind: 'trouble', what: 'no-architecture-asked', detail: 'candle' }),
  },
  {
    literal: ['nvcc cannot target gpu arch ', 'higher than the highest gpu code from nvcc'],
    pattern:
      /nvcc cannot target gpu arch (\d{2,3})|CUDA compute cap (\d{2,3}) is higher than the highest gpu code from nvcc/i,
    says: ([, asked, higher]) => ({
      kind: 'architectures',
      wanted: [dottedCapability((asked ?? higher)!)],
      there: null,
      speaker: 'nvcc',
      outcome: 'unknown-to-compiler',
    }),
  },
  {
    // What its kernels were compiled without, for this GPU: Error: DriverError(CUDA_ERROR_NOT_FOUND, "named symbol not found") when loading cast_f32_bf16
    literal: 'named symbol not found',
    pattern: /DriverError\(CUDA_ERROR_NOT_FOUND, "named symbol not found"\) when loading \w/,
    says: () => ({ kind: 'architectures', wanted: [], there: null, speaker: 'candle', outcome: 'no-kernel' }),
  },
  {
    literal: 'candle crate has not been built with cuda support',
    pattern: /the candle crate has not been built with cuda support/i,
    says: () => ({ kind: 'framework', name: 'candle', version: null, build: 'cpu' }),
  },
  {
    // rustc, of a library that a crate links: could not find native static library `cudart`, perhaps an -L flag is missing?
    literal: 'could not find native static library',
    pattern: /could not find native static library [`'](\w{3,30})[`']/i,
    says: ([, name]) => ({ kind: 'missing-library', soname: `lib${name!}.so`, asker: null, by: 'linker' }),
  },
];

export const family = familyOf('crates for CUDA', SENTENCES);
