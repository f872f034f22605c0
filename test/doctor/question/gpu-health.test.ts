/** What is concluded from how a GPU is: where the lines are drawn, and what is no trouble. */
import { describe, expect, it } from 'vitest';
import table from '../../../src/compat/data/gpu-health.json' with { type: 'json' };
import { healthThreshold, type HealthThreshold } from '../../../src/compat/gpu-health.ts';
import { missingLinks } from '../../../src/doctor/question/gpu-links.ts';
import { forgetfulDrivers, narrowLinks, powerCaps } from '../../../src/doctor/question/gpu-speed.ts';
import {
  dividedIntoNothing,
  infoRomFaults,
  lostGpus,
  memoryFaults,
  memoryTaken,
  resetsWanted,
  whoHoldsMemory,
} from '../../../src/doctor/question/gpu-state.ts';
import { is, laptop, withState } from '../../support/facts.ts';
import { serverWith } from '../../support/server-gpus.ts';

const width = (now: number, most = 16) => ({
  pcie: { generation: { now: 4, most: 4 }, width: { now, most } },
});

it('every threshold has a source that is listed', () => {
  for (const { id, source } of table.rows) {
    expect(table.sources[source]).toBeDefined();
    expect(healthThreshold(id as HealthThreshold).value).toBeGreaterThan(0);
  }
});

describe('worn memory', () => {
  it('is an error where no more pages can be retired, and before that a warning', () => {
    const of = (single: number) =>
      memoryFaults(withState({ retiredPages: { single, double: 0, pending: false } }));
    expect(of(64)).toMatchObject([{ severity: 'error' }]);
    expect(of(61)).toMatchObject([{ severity: 'warning' }]);
    expect(of(12)).toEqual([]);
  });

  it('a corrupted infoROM is a warning, by its warning or by fields that cannot be read', () => {
    expect(infoRomFaults(withState({ infoRom: 'corrupted' }))).toMatchObject([
      { severity: 'warning', confidence: 'certain' },
    ]);
    expect(infoRomFaults(withState({ unreadable: ['inforom_version/img_version'] }))).toMatchObject([
      { severity: 'warning', confidence: 'likely' },
    ]);
    expect(infoRomFaults(withState({ infoRom: 'valid' }))).toEqual([]);
  });
});

describe('a GPU that does not answer', () => {
  it('is lost, or wants a reset, in the words of the driver', () => {
    expect(lostGpus(withState({ failure: 'lost' }))).toHaveLength(1);
    expect(resetsWanted(withState({ failure: 'lost', unreadable: ['power', 'temperature'] }))).toEqual([]);
    expect(resetsWanted(withState({ failure: 'reset-required' }))).toMatchObject([{ confidence: 'certain' }]);
  });

  it('hangs where several vital values fail, not where one sensor does', () => {
    expect(resetsWanted(withState({ unreadable: ['fan', 'power'] }))).toMatchObject([
      { severity: 'error', confidence: 'likely' },
    ]);
    expect(resetsWanted(withState({ unreadable: ['fan', 'fan_speed'] }))).toEqual([]);
    expect(resetsWanted(withState({ unreadable: ['ecc', 'accounting_mode'] }))).toEqual([]);
  });

  it('waits to enter or leave MIG mode', () => {
    expect(dividedIntoNothing(withState({ mig: false, migPending: true }))).toMatchObject([
      { severity: 'warning', fix: [{}, { argv: ['nvidia-smi', '--gpu-reset', '-i', '01:00.0'] }, {}] },
    ]);
    expect(dividedIntoNothing(withState({ mig: false, migPending: false }))).toEqual([]);
  });
});

describe('the link to the machine', () => {
  it('is worth a word where a quarter of the lanes is left, and none on a laptop, in a guest, or at half', () => {
    expect(narrowLinks(serverWith([width(4)]))).toMatchObject([{ severity: 'info' }]);
    expect(narrowLinks(serverWith([width(8), width(16)]))).toEqual([]);
    expect(narrowLinks(withState(width(4)))).toEqual([]);
    const guest = serverWith([width(1)]);
    expect(
      narrowLinks({ ...guest, platform: { ...guest.platform, virtualMachine: is('kvm' as const) } }),
    ).toEqual([]);
  });

  it('may be slow while the GPU idles', () => {
    const slow = { pcie: { generation: { now: 1, most: 5 }, width: { now: 16, most: 16 } } };
    expect(narrowLinks(serverWith([{ ...slow, performanceState: 'P0', utilization: 0 }]))).toEqual([]);
    expect(narrowLinks(serverWith([{ ...slow, performanceState: 'P0', utilization: 97 }]))).toMatchObject([
      { severity: 'info' },
    ]);
  });
});

describe('power', () => {
  it('a limit below the default is information, a higher one nothing', () => {
    const limit = (enforced: number) =>
      serverWith([{ power: { draw: 100, limit: null, enforced, default: 700 } }]);
    expect(powerCaps(limit(500))).toMatchObject([{ severity: 'info' }]);
    expect(powerCaps(limit(699.5))).toEqual([]);
    expect(powerCaps(limit(800))).toEqual([]);
  });

  it('a driver that forgets is no matter where a screen holds the GPU, or in a container', () => {
    const off = { persistence: false };
    expect(forgetfulDrivers(serverWith([off]))).toHaveLength(1);
    expect(
      forgetfulDrivers(
        serverWith([{ ...off, processes: [{ pid: 9, computes: false, name: 'Xorg', usedMiB: 20 }] }]),
      ),
    ).toEqual([]);
    const inside = serverWith([off]);
    expect(
      forgetfulDrivers({ ...inside, platform: { ...inside.platform, container: is('docker' as const) } }),
    ).toEqual([]);
  });
});

describe('NVLinks', () => {
  const peers = (...paths: string[]) => ({ peers: paths.map((path, index) => ({ index, path })) });

  it('are measured by the equals in the same machine, also from the topology', () => {
    expect(
      missingLinks(serverWith([peers('NV12', 'NV12'), peers('NV12', 'NV4'), peers('NV12', 'NV12')])),
    ).toMatchObject([{ subject: 'gpu:02:00.0', severity: 'warning' }]);
  });

  it('are missed on a GPU without any only where switches join them all', () => {
    const fabric = { state: 'Completed', status: 'Success' };
    const alone = [peers('NV18', 'SYS'), peers('NV18', 'SYS'), peers('SYS', 'SYS')];
    expect(missingLinks(serverWith(alone))).toEqual([]);
    expect(missingLinks(serverWith(alone.map((one) => ({ ...one, fabric }))))).toHaveLength(1);
  });

  it('that nobody counted say nothing', () => {
    expect(missingLinks(serverWith([{}, {}]))).toEqual([]);
  });
});

it('names who holds the memory, those with the most first', () => {
  const facts = withState({
    memory: { usedMiB: 6100, totalMiB: 6144 },
    processes: [
      { pid: 7, computes: true, name: 'python', usedMiB: 1000 },
      { pid: 8, computes: true, name: null, usedMiB: 5000 },
      { pid: 9, computes: false, name: 'Xorg', usedMiB: 100 },
    ],
  });
  expect(memoryTaken(facts)).toMatchObject([
    {
      severity: 'info',
      summary: expect.stringContaining(
        'a program (process 8, 5000 MiB), python (process 7, 1000 MiB)',
      ) as string,
    },
  ]);
  expect(whoHoldsMemory(facts).title).toContain('Xorg (process 9, 100 MiB)');
  expect(whoHoldsMemory(laptop()).title).not.toContain('process 9');
});
