import { describe, expect, it } from 'vitest';
import type { GpuTraitsKnown } from '../../../src/compat/rules/judgement.ts';
import { hardwareWarnings } from '../../../src/prefix/plan/hardware-advice.ts';

const gpu = (name: string, computeCapability: string): GpuTraitsKnown => ({
  name,
  computeCapability,
  firstDriverBranch: null,
  lastDriverBranch: null,
  openKernelModule: null,
});
const PASCAL = gpu('GeForce GTX 1080 Ti', '6.1');
const AMPERE = gpu('GeForce RTX 3080', '8.6');

describe('what this machine means for a CUDA that is to be installed', () => {
  it('is a warning where the driver is too old, with what does run', () => {
    const [warning] = hardwareWarnings('12.4.1', { driver: '470.256.02', gpus: [] });
    expect(warning).toMatch(/CUDA 12\.4.*470\.256\.02/);
    expect(warning).toMatch(/gpu-setup install cuda@11\.4/);
  });

  it.each([
    ['13.0.0', PASCAL, '580.95.05', /cuda@12\.9/],
    ['10.0.130', AMPERE, '535.183.01', /cuda@12\.2/],
  ])('is a warning where CUDA %s has no code for the GPU', (cuda, one, driver, wayOn) => {
    const warnings = hardwareWarnings(cuda, { driver, gpus: [one] });
    expect(warnings).toHaveLength(1);
    expect(warnings.join('\n')).toMatch(new RegExp(one.name));
    expect(warnings.join('\n')).toMatch(wayOn);
  });

  it('is none where one of several GPUs runs it, and where nothing is known', () => {
    expect(hardwareWarnings('12.2.0', { driver: '535.183.01', gpus: [PASCAL, AMPERE] })).toEqual([]);
    expect(hardwareWarnings('13.0.0', { driver: '580.95.05', gpus: [PASCAL, AMPERE] })).toEqual([]);
    expect(hardwareWarnings('13.0.0', { driver: null, gpus: [] })).toEqual([]);
  });

  it('with compat, is none where it makes the driver serve, and says why where it is not used', () => {
    const server = { driver: '470.256.02', gpus: [gpu('Tesla T4', '7.5')] };
    expect(hardwareWarnings('12.4.1', server)).toHaveLength(1);
    expect(hardwareWarnings('12.4.1', server, true)).toEqual([]);
    const [tooOld, why] = hardwareWarnings('12.4.1', { ...server, gpus: [AMPERE] }, true);
    expect(tooOld).toMatch(/CUDA 12\.4/);
    expect(why).toMatch(/^compat is not used here: .*data center GPUs, not for GeForce RTX 3080$/);
    expect(hardwareWarnings('12.4.1', { driver: '550.54.15', gpus: [AMPERE] }, true)).toEqual([
      'compat is not used here: driver 550.54.15 serves CUDA 12.4.1 by itself',
    ]);
    expect(hardwareWarnings('12.4.1', { driver: null, gpus: [] }, true)).toEqual([]);
  });
});
