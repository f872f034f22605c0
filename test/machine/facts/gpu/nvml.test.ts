/**
 * How GPUs are, asked of NVML: structures and names are those of nvml.h, in both runtimes. What an older library does not have is
 * unknown, never absent.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { nvmlQuestion } from '../../../../src/machine/facts/gpu/state/nvml/question.ts';
import { statesFromNvml } from '../../../../src/machine/facts/gpu/state/nvml/read.ts';
import type { GpuStateFacts } from '../../../../src/machine/facts.ts';
import { askLibrary } from '../../../../src/machine/native/ask.ts';
import { CHILDREN } from '../../../support/driver/children.ts';
import { canCompile, compiled } from '../../../support/driver/stand-in.ts';
import { sharedTempDir } from '../../../support/temp-dir.ts';

const folder = sharedTempDir();
const oldFolder = sharedTempDir();

describe.each(CHILDREN)('NVML asked by %s', (name, child, isHere) => {
  const able = isHere && canCompile;
  const needs = able ? '' : ` (needs ${name} and gcc)`;
  let library = '';
  let older = '';
  beforeAll(() => {
    if (!able) return;
    library = compiled(folder, 'libnvidia-ml');
    older = compiled(oldFolder, 'libnvidia-ml', '-DOLD');
  });

  const states = async (path: string, mode = ''): Promise<GpuStateFacts[]> => {
    const answer = await askLibrary(nvmlQuestion(path), {
      env: { ...process.env, STANDIN: mode },
      probePath: process.env['PATH'] ?? '',
      child,
    });
    if (answer.state !== 'present' || answer.value.outcome !== 'answered')
      throw new Error(JSON.stringify(answer));
    return statesFromNvml(answer.value.calls);
  };

  it.skipIf(!able)(`fills what nvidia-smi would say${needs}`, async () => {
    const [first, second] = await states(library);
    expect(first).toEqual({
      busId: '41:00.0',
      index: 0,
      name: 'NVIDIA H100 80GB HBM3',
      virtualization: 'None',
      license: null,
      unreadable: [],
      failure: null,
      infoRom: 'valid',
      persistence: true,
      computeMode: 'default',
      mig: false,
      migPending: false,
      migInstances: null,
      volatileUncorrected: 2,
      aggregateUncorrected: 7,
      sramThresholdExceeded: true,
      unrepairableMemory: null,
      repairPending: null,
      retiredPages: { single: null, double: null, pending: null },
      remappedRows: { uncorrectable: 1, pending: true, failed: false },
      recoveryAction: 'Drain and Reset',
      clockReasons: ['sw_power_cap', 'hw_thermal_slowdown'],
      performanceState: 'P0',
      utilization: 98,
      temperature: 41,
      slowdownTemperature: 92,
      power: { draw: 71.5, limit: null, enforced: 700, default: null },
      pcie: { generation: { now: null, most: null }, width: { now: 8, most: 16 } },
      memory: { usedMiB: 1024, totalMiB: 81559 },
      processes: [
        { pid: 1534, computes: true, name: null, usedMiB: 100 },
        { pid: 1535, computes: true, name: null, usedMiB: null },
      ],
      nvlinks: [
        { link: 0, active: true, errors: 0 },
        { link: 1, active: false, errors: 0 },
        { link: 2, active: true, errors: 6 },
        { link: 3, active: true, errors: 0 },
      ],
      peers: null,
      fabric: { state: 'Completed', status: 'Success' },
    });
    expect(second).toMatchObject({
      busId: '42:00.0',
      computeMode: 'exclusive-process',
      migPending: true,
      infoRom: 'corrupted',
      // "Unknown Error" is what nvidia-smi prints as ERR!.
      temperature: null,
      unreadable: ['temperature/gpu_temp'],
      fabric: { state: 'In Progress', status: null },
    });
  });

  it.skipIf(!able)(`leaves unknown what an older library cannot say${needs}`, async () => {
    const [first] = await states(older);
    expect(first).toMatchObject({
      mig: null,
      migPending: null,
      infoRom: null,
      sramThresholdExceeded: null,
      recoveryAction: null,
      retiredPages: { single: null, double: null, pending: null },
      fabric: { state: null, status: null },
      temperature: 41,
      processes: [
        { pid: 1534, usedMiB: 100 },
        { pid: 1535, usedMiB: null },
      ],
    });
  });

  it.skipIf(!able)(`goes on past a GPU that is lost${needs}`, async () => {
    const [first, second] = await states(library, 'lost');
    expect(first).toMatchObject({ failure: null, temperature: 41 });
    expect(second).toMatchObject({
      index: 1,
      busId: null,
      failure: 'lost',
      temperature: null,
      processes: null,
    });
  });
});
