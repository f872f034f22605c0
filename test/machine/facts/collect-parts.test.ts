import { describe, expect, it } from 'vitest';
import { collectFacts, collectGpus, collectGpuUse } from '../../../src/machine/facts/collect.ts';
import { SNAPSHOT_FORMAT, type Snapshot } from '../../../src/machine/snapshot/format.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';

const machine = (snapshot: Omit<Snapshot, 'format'>) =>
  snapshotMachine({ format: SNAPSHOT_FORMAT, ...snapshot }, 'test.json');

describe('a part of the facts', () => {
  const snapshot = {
    commands: [
      {
        argv: ['lspci', '-nn'],
        exit: 0,
        stdout:
          '01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile] [10de:2191] (rev a1)\n',
      },
      {
        argv: ['ls', '-l', '/dev/nvidia0'],
        exit: 0,
        stdout: 'crw-rw-rw- 1 root root 195, 0 Jan 1 10:00 /dev/nvidia0\n',
      },
    ],
  };

  it('is the same as in all of them', async () => {
    const whole = await collectFacts(machine(snapshot));
    expect(await collectGpus(machine(snapshot))).toEqual(whole.gpus);
    const { platform, gpus, kernelDriver, nodes, driverLibraries, nvidiaSmi } = whole;
    expect(await collectGpuUse(machine(snapshot))).toEqual({
      platform: { wsl: platform.wsl, jetson: platform.jetson },
      gpus,
      kernelDriver: { moduleVersion: kernelDriver.moduleVersion },
      nodes,
      driverLibraries,
      nvidiaSmi,
    });
  });

  it('is asked for alone: no toolkit, no compiler, no apt source is looked for', async () => {
    const asked: string[] = [];
    const whole = machine(snapshot);
    const listening = {
      ...whole,
      listDir: (path: string) => (asked.push(path), whole.listDir(path)),
      readFile: (path: string, most?: number) => (asked.push(path), whole.readFile(path, most)),
    };
    await collectGpuUse(listening);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((path) => /^\/etc\/apt|cuda-|\/etc\/os-release/.test(path))).toEqual([]);
  });
});
