import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDottedVersions, majorMinor, majorOf } from '../../src/compat/dotted-version.ts';
import {
  branchOf,
  driverBranchesForGpu,
  driverRowOfCuda,
  driverServesCuda,
  maxCudaForDriver,
  minDriverForCuda,
  minorCompatDriverForCuda,
} from '../../src/compat/drivers.ts';
import { gpuByPciId } from '../../src/compat/gpus.ts';

describe('compareDottedVersions', () => {
  it('compares numbers, not text: leading zeros and lengths mean nothing', () => {
    expect(compareDottedVersions('535.183.06', '535.183.6')).toBe(0);
    expect(compareDottedVersions('580', '580.0.0')).toBe(0);
    expect(compareDottedVersions('9.2', '10.0')).toBeLessThan(0);
    expect(compareDottedVersions('470.256.02', '470.57.02')).toBeGreaterThan(0);
  });

  it('is an order on whatever text it is given', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.nat(), { maxLength: 4 }).map((n) => n.join('.')),
    );
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(Math.sign(compareDottedVersions(a, b))).toBe(-Math.sign(compareDottedVersions(b, a)) + 0);
        if (compareDottedVersions(a, b) <= 0 && compareDottedVersions(b, c) <= 0) {
          expect(compareDottedVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it('finds the parts that tables are keyed by', () => {
    expect(majorMinor('10.0.130')).toBe('10.0');
    expect(majorMinor('12')).toBeNull();
    expect(majorMinor('local')).toBeNull();
    expect(majorOf('13')).toBe(13);
    expect(majorOf('')).toBeNull();
  });
});

describe('which driver a CUDA needs', () => {
  it('is the minimum of the release, whatever its update', () => {
    expect(minDriverForCuda('9.0')).toBe('384.81');
    expect(minDriverForCuda('10.0.130')).toBe('410.48');
    expect(minDriverForCuda('11.8.89')).toBe('520.61.05');
    expect(minDriverForCuda('99.0')).toBeNull();
  });

  it('has a lower floor from CUDA 11 on: one per major', () => {
    expect(minorCompatDriverForCuda('10.2')).toBeNull();
    expect(minorCompatDriverForCuda('11.8')).toBe('450.80.02');
    expect(minorCompatDriverForCuda('12.9')).toBe('525.60.13');
    expect(minorCompatDriverForCuda('13.7'), 'a release newer than the table').toBe('580');
  });
});

describe('which CUDA a driver serves', () => {
  it('takes a major number alone for its first release: one that the driver serves is enough', () => {
    expect(driverServesCuda('470.256.02', '11')).toBe('native');
    expect(driverServesCuda('390.157', '11')).toBe('too-old');
    expect(driverServesCuda('525.60.13', '12')).toBe('native');
  });

  it.each([
    ['535.183.06', '12.2'],
    ['384.90', '9.0'],
    ['340.108', '6.5'],
    ['531.18', '12.1'],
    ['304.137', null],
    ['', null],
  ])('%s: %s', (driver, cuda) => {
    expect(maxCudaForDriver(driver)).toBe(cuda);
  });

  it.each([
    ['535.183.01', '12.2', 'native'],
    ['535.183.01', '10.0', 'native'],
    ['535.183.01', '12.8', 'minor-compat'],
    ['535.183.01', '13.0', 'too-old'],
    ['525.60.12', '12.1', 'too-old'],
    ['450.51.06', '11.8', 'too-old'],
    ['450.80.02', '11.8', 'minor-compat'],
    ['390.157', '10.0', 'too-old'],
    ['340.108', '7.0', 'too-old'],
    ['580.95.05', '13.6', 'minor-compat'],
    ['620.10', '14.0', 'unknown'],
    ['580.95.05', 'nonsense', 'unknown'],
  ])('driver %s, CUDA %s: %s', (driver, cuda, service) => {
    expect(driverServesCuda(driver, cuda)).toBe(service);
  });
});

describe('which driver a GPU takes', () => {
  it('ends for Kepler at 470 and for Pascal at 580', () => {
    expect(driverBranchesForGpu(gpuByPciId('10de:0fc6')!).at(-1)?.branch).toBe('470');
    expect(driverBranchesForGpu(gpuByPciId('10de:1c8c')!).at(-1)?.branch).toBe('580');
  });

  it('has no end for the reference laptop, and begins where its chip was new', () => {
    const branches = driverBranchesForGpu(gpuByPciId('10de:2191')!).map(({ branch }) => branch);
    expect(branches[0]).toBe('418');
    expect(branches).toContain('535');
    expect(branches.at(-1)).toBe(
      driverBranchesForGpu({ firstDriverBranch: null, lastDriverBranch: null }).at(-1)?.branch,
    );
  });
});

describe('a branch', () => {
  it.each([
    ['535.183.01', '535'],
    ['531.18', '530'],
    ['616.92', '615'],
    ['304.137', null],
    ['700.10', null],
    ['', null],
  ])('of driver %s is %s', (driver, branch) => {
    expect(branchOf(driver)?.branch ?? null).toBe(branch);
  });

  it('has a newest release', () => {
    expect(branchOf('535')?.lastRelease).toBe('535.309.01');
    expect(branchOf('615')?.lastRelease).toBe('615.71.09');
    expect(branchOf('620')?.lastRelease).toBeNull();
    expect(branchOf('1')).toBeNull();
  });

  it('and a toolkit name where they were read', () => {
    expect(branchOf('615.71.09')).toMatchObject({ maxCuda: '13.4', confidence: 'seen' });
    expect(branchOf('615.71.09')?.source).toMatch(/13\.4/);
    expect(driverRowOfCuda('10.0.130')).toMatchObject({ minDriver: '410.48', confidence: 'seen' });
  });
});
