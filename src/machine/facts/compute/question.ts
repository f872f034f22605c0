/**
 * What libcuda is asked to do (--deep): start, name its devices, and on each of them compute numbers that are known beforehand. The
 * functions are those that every libcuda since CUDA 5 has, the numbers of attributes and flags those of cuda.h.
 */
import ptx from 'assets:src/machine/facts/compute/ptx';
import type { LibraryQuestion, Step } from '../../native/calls.ts';

const NUMBERS = 256;
const BLOCKS = 2;
const KERNEL = 'gpu_setup_square';

/** The oldest that take ptx/square.ptx: PTX 6.0 came with CUDA 9.0, and sm_30 is its target. */
export const NEEDS = { cuda: '9.0', computeCapability: '3.0' } as const;

/** What ptx/square.ptx computes, in its order. */
export const expected = (): readonly number[] =>
  Array.from({ length: NUMBERS }, (_, index) => (index + 1) ** 2 + 7);

/** CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR */
const [MAJOR, MINOR] = [75, 76];

const device = { of: 'handle' } as const;
const number = (value: number) => ({ value, as: 'u32' }) as const;
const nothing = { value: 0, as: 'address' } as const;

const compute = (): Step[] => [
  // Past this every call belongs to the context of this device.
  { call: 'cuCtxCreate_v2', with: [{ out: 'context', as: 'address' }, number(0), device], must: true },
  {
    call: 'cuModuleLoadData',
    with: [{ out: 'module', as: 'address' }, { text: ptx['square.ptx']! }],
    must: true,
  },
  {
    call: 'cuModuleGetFunction',
    with: [{ out: 'function', as: 'address' }, { of: 'module' }, { text: KERNEL }],
    must: true,
  },
  {
    call: 'cuMemAlloc_v2',
    with: [
      { out: 'memory', as: 'address' },
      { value: 4 * NUMBERS, as: 'u64' },
    ],
    must: true,
  },
  {
    call: 'cuLaunchKernel',
    with: [
      { of: 'function' },
      ...[BLOCKS, 1, 1, NUMBERS / BLOCKS, 1, 1, 0].map(number),
      nothing,
      { atList: ['memory'] },
      nothing,
    ],
    must: true,
  },
  { call: 'cuCtxSynchronize', with: [], must: true },
  {
    call: 'cuMemcpyDtoH_v2',
    with: [{ out: 'numbers', as: `u32*${NUMBERS}` }, { of: 'memory' }, { value: 4 * NUMBERS, as: 'u64' }],
    must: true,
  },
  { call: 'cuCtxDestroy_v2', with: [{ of: 'context' }] },
];

const steps = (): Step[] => [
  { call: 'cuDriverGetVersion', with: [{ out: 'version', as: 'i32' }] },
  { call: 'cuInit', with: [number(0)], must: true },
  { call: 'cuDeviceGetCount', with: [{ out: 'count', as: 'i32' }], must: true },
  {
    each: 'device',
    upTo: 'count',
    do: [
      { call: 'cuDeviceGet', with: [{ out: 'handle', as: 'i32' }, { of: 'device' }], must: true },
      { call: 'cuDeviceGetName', with: [{ out: 'name', as: 'text:128' }, number(128), device] },
      { call: 'cuDeviceGetPCIBusId', with: [{ out: 'bus', as: 'text:32' }, number(32), device] },
      { call: 'cuDeviceGetAttribute', with: [{ out: 'major', as: 'i32' }, number(MAJOR), device] },
      { call: 'cuDeviceGetAttribute', with: [{ out: 'minor', as: 'i32' }, number(MINOR), device] },
      { call: 'cuDeviceTotalMem_v2', with: [{ out: 'bytes', as: 'u64' }, device] },
      ...compute(),
    ],
  },
];

/** Of eight GPUs without persistence mode each is woken first. */
const LIMIT_MS = 60_000;

export const cudaQuestion = (path: string): LibraryQuestion => ({
  id: 'cuda',
  path,
  steps: steps(),
  timeoutMs: LIMIT_MS,
  // What is compiled for this GPU on the way is kept nowhere.
  env: { CUDA_CACHE_DISABLE: '1' },
});
