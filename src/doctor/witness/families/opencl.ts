/**
 * OpenCL's loader (ocl-icd, Khronos) as programs pass its answers on: PyOpenCL by name, hashcat by function, others by number.
 *
 *     pyopencl._cl.LogicError: clGetPlatformIDs failed: PLATFORM_NOT_FOUND_KHR
 *     clGetPlatformIDs(): CL_PLATFORM_NOT_FOUND_KHR
 *     clGetPlatformIDs(0): Unknown code -1001
 */
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: ['platform_not_found_khr', 'clgetplatformids'],
    pattern: /PLATFORM_NOT_FOUND_KHR|clGetPlatformIDs.{0,60}-1001\b/i,
    says: () => ({
      kind: 'error-code',
      library: 'opencl',
      number: -1001,
      name: 'CL_PLATFORM_NOT_FOUND_KHR',
    }),
  },
];

export const family = familyOf('OpenCL', SENTENCES, [
  { literal: 'clget', pattern: /\bclGet(?:PlatformIDs|DeviceIDs)\b.{0,40}(?:failed|error|-\d{1,4}\b)/i },
]);
