import { describe, expect, it } from 'vitest';
import { branchOfPackage, bringsKernelModule } from '../../src/compat/driver-packages.ts';
import { driverCommands } from '../../src/compat/driver-commands.ts';
import {
  driverOffers,
  lastBranchWithClosedModules,
  namesOfDriver,
  type DrivenGpu,
  type DriverBounds,
} from '../../src/compat/driver-offers.ts';
import type { Family } from '../../src/compat/package-families.ts';

const turing = { firstDriverBranch: '418', lastDriverBranch: null, openKernelModule: 'supported' as const };
const blackwell = { firstDriverBranch: '570', lastDriverBranch: null, openKernelModule: 'required' as const };
const kepler = { firstDriverBranch: null, lastDriverBranch: '470', openKernelModule: 'unsupported' as const };

const pascal = {
  firstDriverBranch: '367',
  lastDriverBranch: '580',
  openKernelModule: 'unsupported' as const,
};

const first = (family: Family, release: string | null, gpu?: DrivenGpu, bounds?: DriverBounds) =>
  driverOffers(family, release, gpu, bounds)[0];
const packages = (family: Family, release: string | null, gpu?: DrivenGpu, bounds?: DriverBounds) =>
  first(family, release, gpu, bounds)?.packages;

describe('driver packages', () => {
  it("of Ubuntu: the release's newest branch that serves the GPU, open modules where it needs them", () => {
    expect(first('ubuntu', '22.04', turing)).toMatchObject({
      packages: ['nvidia-driver-580'],
      branch: '580',
    });
    expect(packages('ubuntu', '22.04', blackwell)).toEqual(['nvidia-driver-580-open']);
    expect(packages('ubuntu', '22.04', kepler)).toEqual(['nvidia-driver-470']);
    expect(first('ubuntu', '18.04', blackwell), 'none of its branches knows this GPU').toBeUndefined();
    expect(first('ubuntu', '9.10', turing)).toBeUndefined();
    expect(first('ubuntu', null)?.branch, 'the newest release').toBe('580');
  });

  it('of Debian: its current driver, or the legacy one of the release', () => {
    expect(packages('debian', '12', turing)).toEqual(['nvidia-driver']);
    expect(packages('debian', '12', kepler)).toEqual(['nvidia-tesla-470-driver']);
    expect(packages('debian', '11', kepler)).toEqual(['nvidia-driver']);
    expect(packages('debian', '11', { ...kepler, lastDriverBranch: '390' })).toEqual([
      'nvidia-legacy-390xx-driver',
    ]);
    expect(packages('debian', null)).toEqual(['nvidia-driver']);
    expect(packages('debian', '13', kepler), '470 was last in bookworm').toBeUndefined();
  });

  it("of NVIDIA's repository, where the distribution's own are too old for the GPU or the bound", () => {
    expect(first('debian', '13', blackwell)).toMatchObject({ origin: 'nvidia', packages: ['nvidia-open'] });
    expect(first('ubuntu', '24.04', turing, { atLeast: '590.44' })?.origin).toBe('nvidia');
    expect(first('ubuntu', '20.04', turing, { atLeast: '590.44' }), 'too old for either').toBeUndefined();
  });

  it('of Fedora, Arch and openSUSE: the branch of the GPU', () => {
    expect(packages('fedora', '44', turing)).toContain('akmod-nvidia');
    expect(packages('fedora', '44', pascal)).toEqual([
      'akmod-nvidia-580xx',
      'xorg-x11-drv-nvidia-580xx-cuda',
    ]);
    expect(packages('arch', null, turing)).toContain('nvidia-open');
    expect(first('arch', null, pascal)).toMatchObject({ origin: 'aur', branch: '580' });
    expect(packages('suse', '16.0', pascal)).toContain('nvidia-driver-G06-kmp-meta');
  });

  it('within bounds, and with the modules that are asked for', () => {
    expect(first('ubuntu', '22.04', turing, { atMost: '470' })?.branch).toBe('470');
    expect(first('ubuntu', '22.04', turing, { atLeast: '575.51' })?.branch).toBe('580');
    expect(packages('ubuntu', '22.04', turing, { open: true })).toEqual(['nvidia-driver-580-open']);
    expect(first('ubuntu', '22.04', kepler, { open: true }), '470 has no open modules').toBeUndefined();
    expect(lastBranchWithClosedModules()).toBe('580');
  });

  it('name the parts of a driver that runs, also of a branch that is no longer packaged', () => {
    expect(namesOfDriver('ubuntu', '22.04', '550')?.libcuda).toBe('libnvidia-compute-550');
    expect(namesOfDriver('debian', '12', '470')?.libcuda).toBe('libnvidia-tesla-470-cuda1');
    expect(namesOfDriver('fedora', '44', '580')?.tools).toBe('xorg-x11-drv-nvidia-580xx-cuda');
    expect(namesOfDriver('ubuntu', '22.04', null), 'its names hold the branch').toBeNull();
  });

  it('are installed by commands that hold for release, kernel and architecture', () => {
    const rhel9 = first('rhel', '9.4', pascal)!;
    const lines = (release: string): string[] =>
      driverCommands(rhel9, { release, kernel: '5.14.0-427.el9.x86_64', machine: 'x86_64' }).map(
        ({ argv, script }) => argv?.join(' ') ?? script!,
      );
    expect(lines('9.4')).toContain('dnf module enable nvidia-driver:580-dkms');
    expect(lines('9.4').join()).toContain('/rhel9/x86_64/cuda-rhel9.repo');
    expect(lines('9.4').join()).toContain('kernel-devel-5.14.0-427.el9.x86_64');
    expect(lines('10.0').join(), 'there are no module streams from 10 on').toContain('versionlock');
  });

  it('bring a kernel module, or only libraries and tools', () => {
    for (const name of ['nvidia-driver-535', 'nvidia-dkms-535-open', 'nvidia-384', 'akmod-nvidia'])
      expect(bringsKernelModule(name), name).toBe(true);
    for (const name of ['libnvidia-compute-535', 'nvidia-utils-535', 'nvidia-cuda-toolkit'])
      expect(bringsKernelModule(name), name).toBe(false);
    expect(branchOfPackage('nvidia-dkms-535-open')).toBe('535');
    expect(branchOfPackage('akmod-nvidia')).toBeNull();
  });
});
