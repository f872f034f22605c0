import { describe, expect, it } from 'vitest';
import { gpuNamed, nearestGpus } from '../../src/compat/gpu-name.ts';
import { allGpus, gpuModules } from '../../src/compat/gpus.ts';

describe('a GPU is found by every way in which one is written:', () => {
  it.each([
    ['10de:2191', 'GeForce GTX 1660 Ti Mobile', '7.5'],
    ['10DE:20B6', 'PG506-232', '8.0'],
    ['sm_75', 'compute capability 7.5', '7.5'],
    ['compute_90a', 'compute capability 9.0', '9.0'],
    ['12.0', 'compute capability 12.0', '12.0'],
    ['cc 8.6', 'compute capability 8.6', '8.6'],
    ['GTX 1660 Ti', 'GeForce GTX 1660 Ti', '7.5'],
    ['gtx1660ti', 'GeForce GTX 1660 Ti', '7.5'],
    ['RTX5090', 'GeForce RTX 5090', '12.0'],
    ['1080 Ti', 'GeForce GTX 1080 Ti', '6.1'],
    ['3080', 'GeForce RTX 3080', '8.6'],
    ['A100', 'A100', '8.0'],
    ['Tesla A100', 'A100', '8.0'],
    ['V100', 'Tesla V100', '7.0'],
    ['H100', 'H100', '9.0'],
    ['A6000', 'RTX A6000', '8.6'],
    ['RTX 5000 Ada', 'RTX 5000 Ada', '8.9'],
    ['RTX 3080 10GB', 'GeForce RTX 3080', '8.6'],
    ['Tesla V100-SXM2-16GB', 'Tesla V100 SXM2 16GB', '7.0'],
    ['Tesla P100-PCIE-16GB', 'Tesla P100 PCIe 16GB', '6.0'],
    ['NVIDIA A100-SXM4-80GB', 'A100 SXM4 80GB', '8.0'],
    ['NVIDIA H100 80GB HBM3', 'H100 80GB HBM3', '9.0'],
    ['NVIDIA A2', 'A2', '8.6'],
    ['NVIDIA GeForce RTX 3070 Laptop GPU', 'GeForce RTX 3070', '8.6'],
    ['TU116M [GeForce GTX 1660 Ti Mobile]', 'GeForce GTX 1660 Ti', '7.5'],
    [
      '01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile] [10de:2191] (rev a1)',
      'GeForce GTX 1660 Ti Mobile',
      '7.5',
    ],
    ['GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-6f1a)', 'GeForce RTX 3090', '8.6'],
    ['GeForce RTX 208...', 'GeForce RTX 208...', '7.5'],
    ['TITAN X (Pascal)', 'TITAN X Pascal', '6.1'],
    ['Jetson Nano', 'Jetson Nano', '5.3'],
    ['jetson thor', 'Jetson T5000 (AGX Thor)', '11.0'],
    ['DGX Spark', 'DGX Spark', '12.1'],
    ['RTX 2050', 'GeForce RTX 2050', '8.6'],
    ['rtx4070tisuper', 'GeForce RTX 4070 Ti SUPER', '8.9'],
    ['4090 laptop', 'GeForce RTX 4090', '8.9'],
    ['GT 1030', 'GeForce GT 1030', '6.1'],
    ['GTX 750 Ti', 'GeForce GTX 750 Ti', '5.0'],
    ['NVIDIA Jetson AGX Orin Developer Kit', 'Jetson AGX Orin', '8.7'],
  ])('%s', (text, name, computeCapability) => {
    expect(gpuNamed(text)).toMatchObject({ name, computeCapability });
  });

  it('every row of the table by its id, its name and its other names', () => {
    for (const gpu of allGpus()) {
      expect(gpuNamed(gpu.pciId)?.name).toBe(gpu.name);
      for (const name of [gpu.name, ...gpu.otherNames]) {
        const found = gpuNamed(`NVIDIA ${name}`);
        expect(found, name).not.toBeNull();
        // Two families share some names: what they do not agree on is null, never the other's.
        expect([gpu.computeCapability, null], name).toContain(found!.computeCapability);
      }
    }
    for (const { name, computeCapability } of gpuModules())
      expect(gpuNamed(name)?.computeCapability, name).toBe(computeCapability);
  });
});

describe('what is not in the table is not guessed:', () => {
  it.each([
    '',
    '75',
    '9.9',
    'sm_76',
    '10de:ffff',
    '8086:2191',
    'RTX',
    'Radeon RX 580',
    'Quadro 4000',
    '4000',
    '__proto__',
  ])('"%s"', (text) => {
    expect(gpuNamed(text)).toBeNull();
  });

  it('of ten thousand letters', () => {
    expect(gpuNamed('x'.repeat(10_000))).toBeNull();
    expect(gpuNamed('1 '.repeat(10_000))).toBeNull();
  });

  it('what may have been meant is named, of a PCI id nothing', () => {
    expect(nearestGpus('GTX 1666 Ti')).toContain('GeForce GTX 1660 Ti');
    expect(nearestGpus('sm_76')).toEqual(['7.2', '7.5', '8.0']);
    expect(nearestGpus('10de:ffff')).toEqual([]);
    expect(nearestGpus('')).toEqual([]);
  });
});

describe('what GPUs of one name do not share is unknown', () => {
  it('a capability alone names no device and no module', () => {
    expect(gpuNamed('sm_90')).toMatchObject({ pciId: null, form: null, openKernelModule: null });
    expect(gpuNamed('sm_120')).toMatchObject({ openKernelModule: 'required', firstDriverBranch: '570' });
  });

  it('a capability that only toolkits know has the toolkits', () => {
    expect(gpuNamed('sm_107')).toMatchObject({ firstCuda: '13.4', lastCuda: null, architecture: null });
  });
});
