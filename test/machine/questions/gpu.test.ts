import { describe, expect, it } from 'vitest';
import { deviceNodes } from '../../../src/doctor/checks/device.ts';
import { libcuda } from '../../../src/doctor/checks/driver-library.ts';
import { absent, present, unknown } from '../../../src/machine/answer.ts';
import type { Facts } from '../../../src/machine/facts.ts';
import { gpuState } from '../../../src/machine/questions/gpu.ts';
import { known, RUN, smi } from '../../support/facts.ts';

const from = { kind: 'file', name: 'x' } as const;
type Part = Parameters<typeof gpuState>[0];

const hidden = unknown('not-permitted', 'permission denied', from);
const gpu = { name: 'GeForce GTX 1660 Ti', computeCapability: '7.5' };

function facts(part: {
  gpus?: Facts['gpus'];
  library?: 'real' | 'stub' | 'hidden' | undefined;
  module?: string;
  smi?: Facts['nvidiaSmi'];
  nodes?: boolean | 'closed' | 'hidden' | undefined;
  wsl?: 2 | null;
  jetson?: string | null;
}): Part {
  const library = { path: '/l', realPath: '/l', soname: null, version: '535.1', by: 'ld.so.cache' as const };
  const stat = present({ type: 'char' as const, mode: 0o666, uid: 0, gid: 0, rdev: null, size: null }, from);
  const node = part.wsl === 2 ? '/dev/dxg' : '/dev/nvidia0';
  return {
    gpus: part.gpus ?? absent(from),
    nodes:
      part.nodes === 'hidden'
        ? hidden
        : part.nodes || part.wsl === 2
          ? present(
              [{ path: node, stat, accessible: present(part.nodes !== 'closed', from), forbidden: false }],
              from,
            )
          : absent(from),
    driverLibraries: {
      libcudaLoaded:
        part.library === undefined
          ? absent(from)
          : part.library === 'hidden'
            ? hidden
            : present({ ...library, stub: part.library === 'stub' }, from),
      version: hidden,
    },
    kernelDriver: { moduleVersion: part.module === undefined ? absent(from) : present(part.module, from) },
    platform: { wsl: present(part.wsl ?? null, from), jetson: present(part.jetson ?? null, from) },
    nvidiaSmi: part.smi ?? absent(from),
  };
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
    expect(gpuState(facts({ gpus: hidden, library: 'real', nodes: true })).state).toBe('usable');
  });

  it('is none without a GPU, and says so when it only could not look', () => {
    expect(gpuState(facts({}))).toEqual({ state: 'none', because: 'there is no NVIDIA GPU here' });
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

  it('is usable where nvidia-smi has loaded libcuda, although nobody may see the file: as the doctor says', () => {
    const works = present(smi({ cudaVersion: '12.2' }), from);
    expect(gpuState(facts({ gpus, library: 'hidden', nodes: true, smi: works })).state).toBe('usable');
    expect(gpuState(facts({ gpus, library: 'hidden', smi: works })).state, 'nodes appear with use').toBe(
      'usable',
    );
  });

  it('asks nothing of a Jetson that only an installed driver has', () => {
    const jetson = 'L4T 32.5.0';
    expect(
      gpuState(facts({ gpus: hidden, library: 'real', nodes: true, module: '540.4', jetson })).state,
    ).toBe('usable');
    expect(gpuState(facts({ gpus: hidden, library: 'real', nodes: 'hidden', jetson })).state).toBe('unknown');
  });

  it('is unknown, not broken, where library or device files could not be looked at', () => {
    expect(gpuState(facts({ gpus, library: 'hidden', nodes: true }))).toEqual({
      state: 'unknown',
      because:
        "whether GeForce GTX 1660 Ti can be used is not known: the driver's library libcuda.so.1 could not be looked at",
    });
    expect(gpuState(facts({ gpus, library: 'real', nodes: 'hidden' })).state).toBe('unknown');
    expect(gpuState(facts({ gpus: hidden, library: 'hidden', nodes: 'hidden' })).state).toBe('unknown');
    expect(gpuState(facts({ library: 'hidden', nodes: 'hidden' })).state, 'no GPU in a whole list').toBe(
      'none',
    );
  });

  it('is broken where one thing is known to be wrong, whatever else could not be looked at', () => {
    expect(gpuState(facts({ gpus, nodes: 'hidden' })).state).toBe('broken');
    expect(gpuState(facts({ gpus, library: 'hidden', nodes: 'closed' }))).toMatchObject({
      because: 'GeForce GTX 1660 Ti cannot be used: its device files cannot be opened',
    });
    expect(gpuState(facts({ gpus, library: 'real', nodes: true, module: '470.1' }))).toMatchObject({
      because: expect.stringContaining("not of the loaded module's version") as string,
    });
  });
});

describe('the doctor and the ladder', () => {
  const libraries: Parameters<typeof facts>[0]['library'][] = ['real', 'stub', 'hidden', undefined];
  const nodes: Parameters<typeof facts>[0]['nodes'][] = [true, 'closed', 'hidden', false];

  it('say the same of the same facts: usable exactly where no check fails', () => {
    for (const library of libraries) {
      for (const node of nodes) {
        const part = facts({ gpus, library, nodes: node, module: '535.1' });
        const whole = { ...known(), ...part } as Facts;
        const rows = [libcuda, deviceNodes].flatMap((rule) => rule.observe!(whole, RUN));
        const { state } = gpuState(part);
        const told = rows.some(({ status }) => status === 'bad')
          ? 'broken'
          : rows.every(({ status }) => status === 'ok')
            ? 'usable'
            : 'unknown';
        expect(state, `${library} ${node}`).toBe(told);
      }
    }
  });
});
