import { describe, expect, it } from 'vitest';
import { collectFacts } from '../../../../src/machine/facts/collect.ts';
import { parseTegraRelease } from '../../../../src/machine/facts/platform/jetson.ts';
import { SNAPSHOT_FORMAT, type Snapshot } from '../../../../src/machine/snapshot/format.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';

const factsOf = (snapshot: Omit<Snapshot, 'format'>) =>
  collectFacts(snapshotMachine({ format: SNAPSHOT_FORMAT, ...snapshot }, 'test.json'));
const jetsonOf = async (snapshot: Omit<Snapshot, 'format'>) => (await factsOf(snapshot)).platform.jetson;

const RELEASE =
  '# R35 (release), REVISION: 4.1, GCID: 33958178, BOARD: t186ref, EABI: aarch64, DATE: Tue Aug  1 19:57:35 UTC 2023\n';

describe('a Jetson', () => {
  it('is known by its release file, also where somebody pasted it', async () => {
    expect(await jetsonOf({ files: { '/etc/nv_tegra_release': RELEASE } })).toMatchObject({
      value: 'L4T 35.4.1',
    });
    const pasted = { argv: ['cat', '/etc/nv_tegra_release'], stdout: RELEASE, exit: 0 };
    expect(await jetsonOf({ commands: [pasted] })).toMatchObject({ value: 'L4T 35.4.1' });
  });

  it('is known by the device tree, or by its kernel', async () => {
    const model = { '/proc/device-tree/model': 'NVIDIA Jetson Xavier NX Developer Kit\0' };
    expect(await jetsonOf({ files: model })).toMatchObject({
      value: 'NVIDIA Jetson Xavier NX Developer Kit',
    });
    const uname = { argv: ['uname', '-r'], stdout: '5.10.104-tegra\n', exit: 0 };
    expect(await jetsonOf({ commands: [uname] })).toMatchObject({ value: 'kernel 5.10.104-tegra' });
  });

  it('is not every arm64 machine, and no x86-64 one; what nobody looked at is unknown', async () => {
    const server = { '/etc/nv_tegra_release': null, '/proc/device-tree/model': 'Raspberry Pi 4 Model B\0' };
    expect(await jetsonOf({ files: server })).toMatchObject({ state: 'present', value: null });
    expect(await jetsonOf({ elf: { '/bin/sh': { machine: 62 } } })).toMatchObject({
      state: 'present',
      value: null,
    });
    expect((await jetsonOf({})).state).toBe('unknown');
  });

  it('has a GPU that no list of PCI devices shows', async () => {
    const listing = { entries: [], complete: true };
    const { gpus } = await factsOf({
      files: { '/etc/nv_tegra_release': RELEASE },
      dirs: { '/sys/bus/pci/devices': listing },
    });
    expect(gpus.state).toBe('unknown');
  });

  it('is not read out of a text of another form', () => {
    expect(parseTegraRelease('R35')).toBeNull();
    expect(parseTegraRelease('# R38 (release), REVISION: 4')).toBe('L4T 38.4');
  });
});
