import { describe, expect, it } from 'vitest';
import { absent, present, unknown } from '../../../src/machine/answer.ts';
import type { Facts } from '../../../src/machine/facts.ts';
import { gpuState } from '../../../src/smoke/rungs/gpu.ts';

const from = { kind: 'file', name: 'x' } as const;
type Part = Parameters<typeof gpuState>[0];

const gpu = { name: 'GeForce GTX 1660 Ti', computeCapability: '7.5' };

function facts(part: {
  gpus?: Facts['gpus'];
  library?: 'real' | 'stub';
  nodes?: boolean;
  wsl?: 2 | null;
}): Part {
  const library = { path: '/l', realPath: '/l', soname: null, version: null, by: 'ld.so.cache' as const };
  const stat = present({ type: 'char' as const, mode: 0o666, uid: 0, gid: 0, rdev: null, size: null }, from);
  return {
    gpus: part.gpus ?? absent(from),
    nodes: part.nodes
      ? present([{ path: '/dev/nvidia0', stat, accessible: present(true, from) }], from)
      : absent(from),
    driverLibraries: {
      libcudaLoaded:
        part.library === undefined
          ? absent(from)
          : present({ ...library, stub: part.library === 'stub' }, from),
    },
    platform: { wsl: present(part.wsl ?? null, from) },
  } as Part;
}

const gpus = present([gpu], from) as unknown as Facts['gpus'];

describe('gpuState', () => {
  it('is usable with library and device node, with the compute capability of the first GPU', () => {
    expect(gpuState(facts({ gpus, library: 'real', nodes: true }))).toEqual({
      state: 'usable',
      computeCapability: '7.5',
    });
  });

  it('is usable under WSL and in a container that hides the PCI list', () => {
    expect(gpuState(facts({ library: 'real', wsl: 2 })).state).toBe('usable');
    const hidden = unknown('not-permitted', 'permission denied', from);
    expect(gpuState(facts({ gpus: hidden, library: 'real', nodes: true })).state).toBe('usable');
  });

  it('is none without a GPU, and says so when it only could not look', () => {
    expect(gpuState(facts({}))).toEqual({ state: 'none', because: 'there is no NVIDIA GPU here' });
    const hidden = unknown('not-permitted', 'permission denied', from);
    expect(gpuState(facts({ gpus: hidden }))).toEqual({
      state: 'none',
      because: 'no NVIDIA GPU can be seen here',
    });
  });

  it('is broken for a GPU without a driver: that is a failure, not a machine without one', () => {
    expect(gpuState(facts({ gpus }))).toMatchObject({ state: 'broken' });
    expect(gpuState(facts({ gpus, library: 'stub', nodes: true }))).toMatchObject({ state: 'broken' });
    expect(gpuState(facts({ gpus, library: 'real' }))).toMatchObject({ state: 'broken' });
  });
});
