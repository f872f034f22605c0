import { describe, expect, it } from 'vitest';
import {
  branchOfPackage,
  bringsKernelModule,
  debianDriver,
  ubuntuDriver,
} from '../../src/compat/driver-packages.ts';

const turing = { firstDriverBranch: '418', lastDriverBranch: null, openKernelModule: 'supported' as const };
const blackwell = { firstDriverBranch: '570', lastDriverBranch: null, openKernelModule: 'required' as const };
const kepler = { firstDriverBranch: null, lastDriverBranch: '470', openKernelModule: 'unsupported' as const };

describe('driver packages', () => {
  it("of Ubuntu: the release's newest branch that serves the GPU, open modules where it needs them", () => {
    expect(ubuntuDriver('22.04', turing)).toEqual({ package: 'nvidia-driver-580', branch: '580' });
    expect(ubuntuDriver('22.04', blackwell)?.package).toBe('nvidia-driver-580-open');
    expect(ubuntuDriver('22.04', kepler)?.package).toBe('nvidia-driver-470');
    expect(ubuntuDriver('18.04', blackwell), 'none of its branches knows this GPU').toBeNull();
    expect(ubuntuDriver('9.10', turing)).toBeNull();
    expect(ubuntuDriver(null, undefined)?.branch, 'the newest release').toBe('580');
  });

  it('of Debian: its current driver, or the legacy one of the release', () => {
    expect(debianDriver(12, turing)).toBe('nvidia-driver');
    expect(debianDriver(12, kepler)).toBe('nvidia-tesla-470-driver');
    expect(debianDriver(11, kepler)).toBe('nvidia-driver');
    expect(debianDriver(11, { ...kepler, lastDriverBranch: '390' })).toBe('nvidia-legacy-390xx-driver');
    expect(debianDriver(0, undefined)).toBe('nvidia-driver');
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
