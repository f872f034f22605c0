/**
 * Blender's Cycles: kernels that it brings for some GPUs, and compiles with nvcc for others; and OptiX, which is part of the driver.
 *
 *     CUDA binary kernel for this graphics card compute capability (3.0) not found.
 *     OptiX error OPTIX_ERROR_UNSUPPORTED_ABI_VERSION in optixInit, line 72
 */
import { familyOf, type Sentence } from '../family.ts';
import { troubled } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'graphics card compute capability (',
    pattern: /binary kernel for this graphics card compute capability \((\d{1,2}\.\d)\) not found/i,
    says: ([, here]) => [
      { kind: 'gpu', name: null, computeCapability: here! },
      { kind: 'architectures', wanted: [here!], there: null, speaker: 'cycles', outcome: 'no-kernel' },
    ],
  },
  {
    literal: 'device requires compute capability ',
    pattern: /(?:CUDA|OptiX) device requires compute capability (\d{1,2}\.\d) or up, found (\d{1,2}\.\d)/i,
    says: ([, least, here]) => [
      { kind: 'gpu', name: null, computeCapability: here! },
      { kind: 'architectures', wanted: [here!], there: [least!], speaker: 'cycles', outcome: 'unsupported' },
    ],
  },
  troubled(
    'driver-interface-too-old',
    ['optix_error_unsupported_abi_version', 'optix initialization failed'],
    /OPTIX_ERROR_UNSUPPORTED_ABI_VERSION|OptiX initialization failed because the installed driver is too old/i,
    () => 'this release of OptiX',
  ),
  {
    literal: 'optix_error_library_not_found',
    pattern: /OPTIX_ERROR_LIBRARY_NOT_FOUND/,
    says: () => ({ kind: 'missing-library', soname: 'libnvoptix.so.1', asker: 'optix', by: 'dlopen' }),
  },
];

export const family = familyOf('Blender and OptiX', SENTENCES);
