import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnosis as driverTooOldForCuda } from '../../../src/doctor/diagnoses/kernel-driver/driver-too-old-for-cuda.ts';
import { diagnosis as aptKeyMissing } from '../../../src/doctor/diagnoses/apt/apt-key-missing.ts';
import { installDriver, upgradeDriver } from '../../../src/doctor/fix/driver.ts';
import { installPart } from '../../../src/doctor/fix/driver-parts.ts';
import type { FixStep } from '../../../src/doctor/types.ts';
import { debian, gpu, is, known, ubuntu } from '../../support/facts.ts';
import { tempDir } from '../../support/temp-dir.ts';

const textOf = (steps: readonly FixStep[]): string =>
  steps.map(({ argv, script, title }) => `${title} ${argv?.join(' ') ?? script}`).join('\n');
const packages = (steps: readonly FixStep[]): string[] => [
  ...new Set([...textOf(steps).matchAll(/nvidia-(?:driver|tesla)[\w-]*/g)].map(([name]) => name)),
];

describe('installing and upgrading the driver', () => {
  const open = gpu({ firstDriverBranch: '570', openKernelModule: 'required' });
  const kepler = gpu({ firstDriverBranch: null, lastDriverBranch: '470', openKernelModule: 'unsupported' });

  it('name the same package, with open kernel modules where the GPU needs them', () => {
    for (const os of [ubuntu('22.04'), ubuntu('24.04'), ubuntu('20.04'), debian('12')]) {
      for (const one of [gpu(), open, kepler]) {
        const facts = known({ platform: { os }, gpus: is([one]) });
        const first = packages(installDriver(facts));
        // Where the release has no branch for the GPU, neither names one.
        expect(packages(upgradeDriver(facts))).toEqual(first);
      }
    }
    const facts = known({ platform: { os: ubuntu('24.04') }, gpus: is([open]) });
    expect(packages(driverTooOldForCuda.remedy(facts))).toEqual(['nvidia-driver-580-open']);
  });
});

describe('the architecture in advice', () => {
  const of = (machine: string) => ({ platform: { os: debian('12'), architecture: is(machine) } });

  it("is this machine's, in Debian's words and in NVIDIA's", () => {
    expect(textOf(installDriver(known(of('aarch64'))))).toContain('linux-headers-arm64 nvidia-driver');
    expect(textOf(installDriver(known(of('x86_64'))))).toContain('linux-headers-amd64 nvidia-driver');
    expect(textOf(aptKeyMissing.remedy(known(of('aarch64'))))).toContain('/debian12/sbsa/3bf863cc.pub');
    expect(textOf(aptKeyMissing.remedy(known(of('x86_64'))))).toContain('/debian12/x86_64/3bf863cc.pub');
  });

  it('is left to the shell where it is not known', () => {
    const facts = known({ platform: { os: debian('12') } });
    expect(textOf(installDriver(facts))).toContain('linux-headers-$(dpkg --print-architecture)');
    expect(textOf(aptKeyMissing.remedy(facts))).toContain('/debian12/$(uname -m | sed ');
  });
});

describe('the fabric manager', () => {
  const named = { id: 'it', title: 'Install it' };
  const SYS = '/sys/module/nvidia/version';

  it("is of exactly the driver's version, which the shell is asked for where it is not known", () => {
    const running = { moduleVersion: is('535.183.01') };
    const facts = known({ platform: { os: ubuntu('22.04') }, kernelDriver: running });
    expect(installPart(facts, 'fabricManager', named)[0]?.argv).toEqual([
      ...['apt', 'install', 'nvidia-fabricmanager-535=535.183.01*'],
    ]);
    const [asked] = installPart(known({ platform: { os: ubuntu('22.04') } }), 'fabricManager', named);
    const file = join(tempDir(), 'version');
    writeFileSync(file, '535.183.01\n');
    const printed = spawnSync(
      'sh',
      ['-c', asked!.script!.replace(/^apt install/, 'printf %s').replaceAll(SYS, file)],
      {
        encoding: 'utf8',
      },
    );
    expect(printed.stdout).toBe('nvidia-fabricmanager-535=535.183.01*');
  });
});
