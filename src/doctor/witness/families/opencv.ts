/**
 * OpenCV: whether it was built with CUDA at all, for which GPUs, with which cuDNN; and what its CMake does not find.
 *
 *     OpenCV(4.5.1) .../private.cuda.hpp:106: error: (-216:No CUDA support) The library is compiled without CUDA support in function ...
 *     setUpNet DNN module was not built with CUDA backend; switching to CPU
 *     OpenCV was not built to work with the selected device. Please check CUDA_ARCH_PTX or CUDA_ARCH_BIN in your build configuration.
 *     cuDNN reports version 8.1 which is not compatible with the version 8.2 with which OpenCV was built
 */
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: ['compiled without cuda support', 'not built with cuda backend', 'compiled without gpu support'],
    pattern:
      /The library is compiled without (?:CUDA|GPU) support|DNN module was not built with CUDA backend/i,
    says: () => ({ kind: 'framework', name: 'opencv', version: null, build: 'cpu' }),
  },
  {
    literal: 'opencv was not built to work with the selected device',
    pattern: /OpenCV was not built to work with the selected device/i,
    says: () => ({
      kind: 'architectures',
      wanted: [],
      there: null,
      speaker: 'opencv',
      outcome: 'no-kernel',
    }),
  },
  {
    // Of CMake: of what is in CUDA_ARCH_BIN something is too old for its kernels.
    literal: 'cuda backend for dnn module requires cc ',
    pattern: /CUDA backend for DNN module requires CC (\d{1,2}\.\d) or higher/i,
    says: ([, least]) => ({
      kind: 'architectures',
      wanted: [],
      there: [least!],
      speaker: 'opencv',
      outcome: 'unsupported',
    }),
  },
  {
    literal: 'cudnn reports version ',
    pattern:
      /cuDNN reports version (\d{1,2}\.\d{1,2}) which is not compatible with the version (\d{1,2}\.\d{1,2}) with which OpenCV was built/i,
    says: ([, found, expected]) => ({
      kind: 'version-mismatch',
      of: 'cudnn',
      found: found!,
      expected: expected!,
      atLeast: true,
    }),
  },
  {
    literal: ['not able to find/configure cuda sdk', 'cuda backend requires cudnn'],
    pattern: /OpenCV is not able to find\/configure CUDA SDK|DNN: CUDA backend requires (cuDNN)/i,
    says: ([, cudnn]) =>
      cudnn === undefined
        ? { kind: 'missing-toolkit', asker: 'cmake', path: null }
        : { kind: 'trouble', what: 'cudnn-not-found', detail: 'cmake' },
  },
];

export const family = familyOf('OpenCV', SENTENCES);
