/** What `doctor --deep` found, on GPUs that tests describe. */
import type { ComputedGpu, ComputeFacts } from '../../src/machine/facts.ts';

export const computed = (over: Partial<ComputedGpu> = {}): ComputedGpu => ({
  index: 0,
  name: 'NVIDIA GeForce GTX 1660 Ti',
  busId: '01:00.0',
  computeCapability: '7.5',
  memoryMiB: 5938,
  result: 'right',
  failure: null,
  wrong: null,
  ...over,
});

export const computing = (over: Partial<ComputeFacts> = {}): ComputeFacts => ({
  library: '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
  outcome: 'answered',
  during: null,
  why: null,
  cuda: '11.4',
  failure: null,
  gpus: [computed()],
  ...over,
});
