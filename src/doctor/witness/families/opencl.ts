/**
 * OpenCL's loader (ocl-icd, Khronos) as programs pass its answers on: PyOpenCL by name, hashcat by function, others by number.
 *
 *     pyopencl._cl.LogicError: clGetPlatformIDs failed: PLATFORM_NOT_FOUND_KHR
 *     clGetPlatformIDs(): CL_PLATFORM_NOT_FOUND_KHR
 *     clGetPlatformIDs(0): Unknown code -1001
 *     Number of platforms                               0
 */
import { familyOf, type Sentence } from '../family.ts';
import { outOfMemory, troubled } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    // Boost.Compute by number, pyopencl in words; clinfo counts them; FFmpeg, hashcat and others say it of their own
    literal: [
      'platform_not_found_khr',
      'platform not found khr',
      'clgetplatformids',
      'unknown opencl error',
      'no cl platforms available',
      'number of platforms',
      'no opencl platforms found',
      'no opencl implementation was found',
      'no opencl-compatible',
    ],
    pattern:
      /PLATFORM_NOT_FOUND_KHR|platform not found khr|clGetPlatformIDs.{0,60}-1001\b|-1001 in clGetPlatformIDs|^\s{0,8}Number of platforms:?\s{1,60}0\s{0,4}$|No OpenCL (?:platforms|implementation was) found|No OpenCL-compatible.{0,40} platform found|Unknown OpenCL error \(?-1001\b|no CL platforms available to ICD loader/i,
    says: () => ({
      kind: 'error-code',
      library: 'opencl',
      number: -1001,
      name: 'CL_PLATFORM_NOT_FOUND_KHR',
    }),
  },
  troubled(
    'no-opencl-device',
    ['device_not_found', 'no opencl device found'],
    /clGetDeviceIDs.{0,60}DEVICE_NOT_FOUND|No OpenCL device found/i,
  ),
  {
    literal: 'mem_object_allocation_failure',
    pattern: /MEM_OBJECT_ALLOCATION_FAILURE/i,
    says: () => outOfMemory(),
  },
];

export const family = familyOf('OpenCL', SENTENCES, [
  {
    literal: ['cl_device_not_found', 'cl_out_of_resources'],
    pattern: /\bCL_(?:DEVICE_NOT_FOUND|OUT_OF_RESOURCES)\b/,
  },
  { literal: 'clget', pattern: /\bclGet(?:PlatformIDs|DeviceIDs)\b.{0,40}(?:failed|error|-\d{1,4}\b)/i },
]);
