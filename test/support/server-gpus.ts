/** A server with several data-centre GPUs of one kind, of which tests change single ones. */
import type { Facts, GpuStateFacts } from '../../src/machine/facts.ts';
import { gpu, gpuState, is, laptop } from './facts.ts';

const busOf = (index: number): string => `0${index + 1}:00.0`;

/** @param changes of each GPU's state, in order: as many GPUs as there are */
export const serverWith = (changes: readonly Partial<GpuStateFacts>[]): Facts =>
  laptop({
    gpus: is(
      changes.map((_, index) =>
        gpu({
          busId: busOf(index),
          pciId: '10de:2330',
          name: 'NVIDIA H100 80GB HBM3',
          computeCapability: '9.0',
          architecture: 'Hopper',
          form: 'data centre',
          firstDriverBranch: '525',
        }),
      ),
    ),
    gpuStates: is(
      changes.map((over, index) =>
        gpuState({
          busId: busOf(index),
          index,
          name: 'NVIDIA H100 80GB HBM3',
          persistence: true,
          ...over,
        }),
      ),
    ),
  });
