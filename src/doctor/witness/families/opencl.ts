/**
 * OpenCL's loader (ocl-icd, Khronos) as programs pass its answers on: PyOpenCL by name, hashcat by function, others by number.
 *
 *     pyopencl._cl.LogicError: clGetPlatformIDs failed: PLATFORM_NOT_FOUND_KHR
 *     clGetPlatformIDs(): CL_PLATFORM_NOT_FOUND_KHR
 *     clGetPlatformIDs(0): Unknown code -1001
 */
import { familyOf, type Sentence } from '../family.ts';
import { outOfMemory, troubled } from '../said.ts';

const SENTENCES: readonly Sentence[] = [
  {
    // Boost.Compute by number, pyopencl in words
    literal: [
      'platform_not_found_khr',
      'clgetplatformids',
      'unknown opencl error',
      'no cl platforms available',
    ],
    pattern:
      /PLATFORM_NOT_FOUND_KHR|clGetPlatformIDs.{0,60}-1001\b|Unknown OpenCL error \(?-1001\b|no CL platforms available to ICD loader/i,
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
  { literal: 'clget', pattern: /\bclGet(?:PlatformIDs|DeviceIDs)\b.{0,40}(?:failed|error|-\d{1,4}\b)/i },
]);
