import { describe, expect, it } from 'vitest';
import gpus from '../../src/compat/data/gpus.json' with { type: 'json' };
import { firstCapabilityOf, gpuByPciId, traitsByChip, traitsByGpuName } from '../../src/compat/gpus.ts';

describe('GPUs', () => {
  it('are found by PCI id in any case: the reference laptop', () => {
    expect(gpuByPciId('10DE:2191')).toMatchObject({
      name: 'GeForce GTX 1660 Ti Mobile',
      computeCapability: '7.5',
      architecture: 'Turing',
      form: 'laptop',
      firstCuda: '10.0',
      lastCuda: null,
      openKernelModule: 'supported',
    });
    expect(gpuByPciId('10de:ffff')).toBeNull();
    expect(gpuByPciId('8086:2191')).toBeNull();
  });

  it('are found by the names that tools print', () => {
    expect(traitsByGpuName('NVIDIA GeForce RTX 3090')?.computeCapability).toBe('8.6');
    expect(traitsByGpuName('TITAN X (Pascal)')?.computeCapability).toBe('6.1');
    expect(traitsByGpuName('GM107M [GeForce GTX 950M]')?.architecture).toBe('Maxwell');
    expect(traitsByGpuName('NVIDIA Corporation GP107M [GeForce GTX 1050 Mobile]')?.lastDriverBranch).toBe(
      '580',
    );
    expect(traitsByGpuName('GeForce GTX 1660 Ti with Max-Q Design')?.computeCapability).toBe('7.5');
  });

  it('know the oldest compute capability of an architecture, as people write its name', () => {
    expect(firstCapabilityOf('Volta')).toBe('7.0');
    expect(firstCapabilityOf('ampere')).toBe('8.0');
    expect(firstCapabilityOf('Ada')).toBe('8.9');
    expect(firstCapabilityOf('Hopper')).toBe('9.0');
    expect(firstCapabilityOf('Voodoo')).toBeNull();
  });

  it('say nothing where several GPUs share a name, or a cut-off name fits several', () => {
    expect(traitsByGpuName('GeForce GTX TIT...')?.computeCapability).toBeNull();
    expect(traitsByGpuName('GeForce RTX 208...')?.computeCapability).toBe('7.5');
    expect(
      traitsByGpuName('GeForce RTX 20...')?.computeCapability,
      'the 2050 is of another family',
    ).toBeNull();
    expect(traitsByGpuName('...')).toBeNull();
    expect(traitsByGpuName('Radeon RX 580')).toBeNull();
  });

  it('are found by chip, also those before Kepler, whose last driver is an old branch', () => {
    expect(traitsByChip('G98 [GeForce 9300 GS]')?.lastDriverBranch).toBe('340');
    expect(traitsByChip('NVIDIA Corporation GF119M [GeForce 610M]')).toMatchObject({
      architecture: 'Fermi',
      lastDriverBranch: '390',
      computeCapability: null,
    });
    expect(traitsByChip('GP107GLM [Quadro P1000 Something New]')?.computeCapability).toBe('6.1');
    expect(traitsByChip('Device')).toBeNull();
  });

  it('are found by names with hyphens, as NVML prints them', () => {
    expect(traitsByGpuName('Tesla V100-SXM2-16GB')?.computeCapability).toBe('7.0');
    expect(traitsByGpuName('NVIDIA A100-PCIE-40GB')?.computeCapability).toBe('8.0');
    expect(gpuByPciId('10de:20b6')).toMatchObject({ name: 'PG506-232', computeCapability: '8.0' });
  });

  it('stand in the table once, with an architecture and a capability', () => {
    const ids = gpus.groups.flatMap(({ devices }) => devices.map(([id]) => id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { computeCapability } of gpus.groups) expect(computeCapability).toMatch(/^\d+\.\d$/);
  });
});
