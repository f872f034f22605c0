import { describe, expect, it } from 'vitest';
import { hardwareOf } from '../../../src/machine/facts/hardware.ts';
import type { Machine } from '../../../src/machine/machine.ts';
import { parseSnapshot } from '../../../src/machine/snapshot/schema.ts';
import { snapshotMachine } from '../../../src/machine/snapshot/snapshot.ts';

const PROC = '/proc/driver/nvidia/version';
const LIBRARY = '/usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01';

/** With what was asked of it. */
function machine(snapshot: Record<string, unknown>): { machine: Machine; asked: string[] } {
  const asked: string[] = [];
  const text = JSON.stringify({ format: 'gpu-setup/snapshot@1', ...snapshot });
  const given = snapshotMachine(parseSnapshot(text, 'test'), 'test');
  return {
    asked,
    machine: {
      ...given,
      readFile: (path, most) => (asked.push(path), given.readFile(path, most)),
      run: (argv, options) => (asked.push(argv[0]!), given.run(argv, options)),
    },
  };
}

const NO_MODULE = {
  '/proc/modules': 'ext4 1 1 - Live 0x0\n',
  [PROC]: null,
  '/sys/module/nvidia/version': null,
};

/** A list of PCI devices without an NVIDIA one: no program is asked for GPUs then. */
const NO_GPU = {
  dirs: { '/sys/bus/pci/devices': { entries: [], complete: true } },
  elf: { '/bin/sh': { machine: 62 } },
};

const driverOf = async (given: Machine): Promise<string | null> => (await hardwareOf(given)).driver;

describe('the GPUs', () => {
  it('are those of the PCI list, with what the rules ask of them', async () => {
    const device = '/sys/bus/pci/devices/0000:01:00.0';
    const { gpus } = await hardwareOf(
      machine({
        dirs: { '/sys/bus/pci/devices': { entries: ['0000:01:00.0'], complete: true } },
        files: {
          ...NO_MODULE,
          [`${device}/vendor`]: '0x10de\n',
          [`${device}/class`]: '0x030000\n',
          [`${device}/device`]: '0x2191\n',
        },
      }).machine,
    );
    expect(gpus).toMatchObject([{ computeCapability: '7.5', lastDriverBranch: null }]);
    expect(gpus[0]!.name).toMatch(/GTX 1660 Ti/);
  });
});

describe('the version of the driver', () => {
  it('is that of the loaded module, and nothing else is asked then', async () => {
    const one = machine({
      ...NO_GPU,
      files: {
        [PROC]: 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\n',
      },
    });
    expect(await driverOf(one.machine)).toBe('535.183.01');
    expect(one.asked).not.toContain('nvidia-smi');
    expect(one.asked).not.toContain('/var/lib/dpkg/status');
  });

  it('is what nvidia-smi says where no module says it, and then no library is looked for', async () => {
    const one = machine({
      ...NO_GPU,
      files: NO_MODULE,
      commands: [
        {
          argv: ['nvidia-smi'],
          exit: 0,
          stdout: '| NVIDIA-SMI 470.256.02   Driver Version: 470.256.02   CUDA Version: 11.4     |\n',
          stderr: '',
        },
      ],
    });
    expect(await driverOf(one.machine)).toBe('470.256.02');
    expect(one.asked).not.toContain('/var/lib/dpkg/status');
  });

  it('is that of its libraries where it is installed and does not run', async () => {
    const folder = { entries: ['libcuda.so.535.183.01'], complete: true };
    const one = machine({
      files: { ...NO_MODULE, [LIBRARY]: 'x' },
      dirs: { '/usr/lib/x86_64-linux-gnu': folder },
      commands: [{ argv: ['nvidia-smi'], exit: null, outcome: 'not-found', stdout: '', stderr: '' }],
    });
    expect(await driverOf(one.machine)).toBe('535.183.01');
  });

  it('is none where nothing tells of one', async () => {
    expect(await driverOf(machine({ files: NO_MODULE }).machine)).toBeNull();
  });
});
