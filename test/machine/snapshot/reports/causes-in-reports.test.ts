/** The doctor finds the cause in a whole report of nvidia-bug-report.sh, and none where there is none. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../src/doctor/diagnose.ts';
import { valueOf } from '../../../../src/machine/answer.ts';
import { collectFacts } from '../../../../src/machine/facts/collect.ts';
import type { Facts } from '../../../../src/machine/facts.ts';
import { reportOf } from '../../../../src/machine/snapshot/reports/kinds.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';
import { bugReport, LSPCI_NVIDIA, type Troubles } from './long-report.ts';
import { fileSection } from './samples.ts';

const factsOf = (troubles: Troubles): Promise<Facts> =>
  collectFacts(snapshotMachine(reportOf(bugReport(troubles))!.snapshot, 'report'));

async function errorsOf(troubles: Troubles): Promise<string[]> {
  const { diagnoses } = diagnose(await factsOf(troubles), { purpose: 'run', needs: null }, 'report');
  return diagnoses.filter(({ severity }) => severity === 'error').map(({ code }) => code);
}

const NO_DRIVER = [
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
];
const NOT_LOADED: Troubles = { modules: ['snd 1 0 - Live 0x0'], version: null, smi: NO_DRIVER };

const MAKE_LOG = (kernel: string): string =>
  fileSection(
    '/var/lib/dkms/nvidia/470.57.02/build/make.log',
    `DKMS make.log for nvidia-470.57.02 for kernel ${kernel} (x86_64)`,
    'Tue Nov  5 13:40:00 UTC 2024',
    '/var/lib/dkms/nvidia/470.57.02/build/nvidia-drm/nvidia-drm-drv.c:54:10: fatal error: drm/drm_framebuffer.h: No such file or directory',
    'make[1]: *** [Makefile:1924: /var/lib/dkms/nvidia/470.57.02/build] Error 2',
  );

describe('a whole report', () => {
  it('of a healthy machine has no error: crashes of old, earlier boots and other days are none of its present', async () => {
    expect(
      await errorsOf({
        before: ['Nov 04 10:00:00 host kernel: NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.'],
      }),
    ).toEqual([]);
  });

  it('gives the distribution also where only /etc/issue names it', async () => {
    const facts = await factsOf({ issue: 'Debian GNU/Linux 12 \\n \\l' });
    expect(valueOf(facts.platform.os)).toMatchObject({ id: 'debian', version: '12' });
    expect(valueOf(facts.services.persistenced)).toEqual({ active: 'active', enabled: true });
  });

  it.each<[string, Troubles]>([
    [
      'gpu-fell-off-bus',
      {
        dmesg: [
          '[  420.000001] NVRM: Xid (PCI:0000:01:00): 79, pid=1300, name=python3, GPU has fallen off the bus.',
        ],
        smi: ['Unable to determine the device handle for GPU0000:01:00.0: Unknown Error'],
      },
    ],
    [
      'secure-boot-blocks-module',
      {
        ...NOT_LOADED,
        dmesg: [
          '[    5.000000] Lockdown: modprobe: unsigned module loading is restricted; see man kernel_lockdown.7',
        ],
      },
    ],
    [
      'gpu-needs-open-modules',
      {
        ...NOT_LOADED,
        lspci: LSPCI_NVIDIA.map((line) =>
          line.replace('GA106 [GeForce RTX 3060] [10de:2503]', 'GB203 [GeForce RTX 5080] [10de:2c02]'),
        ),
        smi: ['No devices were found'],
        dmesg: [
          '[    6.000000] NVRM: The NVIDIA GPU 0000:01:00.0 (PCI ID: 10de:2c02)',
          '               NVRM: installed in this system requires use of the NVIDIA open kernel modules.',
        ],
      },
    ],
    ['module-build-failed', { ...NOT_LOADED, others: [MAKE_LOG('5.15.0-91-generic')] }],
    [
      'gpu-power-cable-missing',
      {
        smi: ['No devices were found'],
        dmesg: [
          '[    6.000000] NVRM: GPU 0000:01:00.0: GPU does not have the necessary power cables connected.',
        ],
      },
    ],
    [
      'driver-library-mismatch',
      {
        smi: ['Failed to initialize NVML: Driver/library version mismatch', 'NVML library version: 550.120'],
      },
    ],
    [
      'rm-init-failed',
      {
        smi: ['No devices were found'],
        journal: [
          'Nov 05 13:50:00 host kernel: NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x62:0x65:1792)',
        ],
      },
    ],
  ])('names %s first', async (code, troubles) => {
    expect((await errorsOf(troubles))[0]).toBe(code);
  });

  it('leaves a log alone that is of a build for another kernel, where the module runs', async () => {
    expect(await errorsOf({ others: [MAKE_LOG('6.8.0-40-generic')] })).toEqual([]);
  });

  it('keeps nothing of memory dumps and of other programs', () => {
    const programs = reportOf(bugReport())!.snapshot.commands!.map(({ argv }) => argv[0]);
    for (const other of ['coredumpctl', 'dmidecode', 'nvidia-debugdump'])
      expect(programs.some((program) => program?.endsWith(other))).toBe(false);
  });
});
