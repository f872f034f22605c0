/** What NVIDIA, PyTorch and TensorFlow publish, written down by hand from their pages, against the tables. */
import { describe, expect, it } from 'vitest';
import { minDriverForCuda, minorCompatDriverForCuda } from '../../src/compat/drivers.ts';
import { buildsOf } from '../../src/compat/frameworks.ts';
import { toolkitsForCapability } from '../../src/compat/gpu-architectures.ts';
import { gpuNamed } from '../../src/compat/gpu-name.ts';
import { maxGccForCuda } from '../../src/compat/host-compilers.ts';

describe("CUDA's release notes, table of drivers", () => {
  it.each([
    ['8.0', '367.48'],
    ['9.0', '384.81'],
    ['9.1', '390.46'],
    ['9.2', '396.26'],
    ['10.0', '410.48'],
    ['10.1', '418.39'],
    ['10.2', '440.33'],
    ['11.0', '450.51.05'],
    ['11.1', '455.23'],
    ['11.2', '460.27.03'],
    ['11.3', '465.19.01'],
    ['11.4', '470.42.01'],
    ['11.5', '495.29.05'],
    ['11.6', '510.39.01'],
    ['11.7', '515.43.04'],
    ['11.8', '520.61.05'],
    ['12.0', '525.60.13'],
    ['12.1', '530.30.02'],
    ['12.2', '535.54.03'],
    ['12.3', '545.23.06'],
    ['12.4', '550.54.14'],
    ['12.5', '555.42.02'],
    ['12.6', '560.28.03'],
    ['12.8', '570.26'],
    ['12.9', '575.51.03'],
    ['13.0', '580.65.06'],
  ])('CUDA %s: driver %s', (cuda, driver) => {
    expect(minDriverForCuda(cuda)).toBe(driver);
  });

  it('minor version compatibility: 450.80.02 for 11, 525.60.13 for 12, 580 for 13', () => {
    expect(['10.2', '11.8', '12.9', '13.3'].map(minorCompatDriverForCuda)).toEqual([
      null,
      '450.80.02',
      '525.60.13',
      '580',
    ]);
  });
});

describe("TensorFlow's tested build configurations (install/source, GPU)", () => {
  it.each([
    ['2.20.0', '12.5', '9.3', '>=3.9,<3.14'],
    ['2.18.0', '12.5', '9.3', '>=3.9,<3.13'],
    ['2.17.0', '12.3', '8.9', '>=3.9,<3.13'],
    ['2.15.0', '12.2', '8.9', '>=3.9,<3.12'],
    ['2.14.0', '11.8', '8.7', '>=3.9,<3.12'],
    ['2.13.0', '11.8', '8.6', '>=3.8,<3.12'],
    ['2.12.0', '11.8', '8.6', '>=3.8,<3.12'],
    ['2.11.0', '11.2', '8.1', '>=3.7,<3.11'],
    ['2.10.0', '11.2', '8.1', '>=3.7,<3.11'],
    ['2.5.0', '11.2', '8.1', '>=3.6,<3.10'],
    ['2.4.0', '11.0', '8.0', '>=3.6,<3.9'],
    ['2.3.0', '10.1', '7.6', '>=3.5,<3.9'],
    ['2.1.0', '10.1', '7.6', '>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,<3.8'],
    ['2.0.0', '10.0', '7.4', '>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.8'],
    ['1.15.0', '10.0', '7.4', '>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.8'],
    ['1.13.1', '10.0', '7.4', '>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.8'],
    ['1.12.0', '9.0', '7', '>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.7'],
    ['1.5.0', '9.0', '7', '>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.7'],
    ['1.4.0', '8.0', '6', '>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.7'],
  ])('%s: CUDA %s, cuDNN %s, Python %s', (version, cuda, cudnn, python) => {
    const build = buildsOf('tensorflow').find((one) => one.version === version);
    expect(build).toMatchObject({ cuda, cudnn, python });
  });
});

describe("PyTorch's previous versions (pip, Linux)", () => {
  it.each([
    ['2.8.0', ['cu129', 'cu128', 'cu126']],
    ['2.7.1', ['cu128', 'cu126', 'cu118']],
    ['2.3.1', ['cu121', 'cu118']],
    ['2.1.2', ['cu121', 'cu118']],
    ['2.0.1', ['cu118', 'cu117']],
    ['1.13.1', ['cu117', 'cu116']],
    ['1.12.1', ['cu116', 'cu113', 'cu102']],
    ['1.10.1', ['cu111', 'cu102']],
    ['1.9.1', ['cu111', 'cu102']],
    ['1.8.1', ['cu111', 'cu102', 'cu101']],
    ['1.7.1', ['cu110', 'cu102', 'cu101', 'cu92']],
    ['1.6.0', ['cu102', 'cu101', 'cu92']],
    ['1.4.0', ['cu101', 'cu92']],
    ['1.2.0', ['cu100', 'cu92']],
    ['1.1.0', ['cu100', 'cu90']],
    ['1.0.0', ['cu100', 'cu90', 'cu80']],
  ])('%s: %j', (version, tags) => {
    const builds = buildsOf('torch').filter((one) => one.version === version);
    expect(builds.map(({ build }) => build)).toEqual(tags);
  });

  it.each([
    ['2.3.1', 'cu121'],
    ['2.0.1', 'cu117'],
    ['1.12.1', 'cu102'],
    ['1.7.1', 'cu102'],
    ['1.4.0', 'cu101'],
    ['1.2.0', 'cu100'],
  ])('%s is %s on PyPI', (version, tag) => {
    const onPyPI = buildsOf('torch').filter((one) => one.version === version && one.onPyPI);
    expect(onPyPI.map(({ build }) => build)).toEqual([tag]);
  });
});

describe("CUDA's features archive, what nvcc added and dropped", () => {
  it.each([
    ['GTX 680', '8.0', '10.2'],
    ['K80', '8.0', '11.8'],
    ['GTX 980', '8.0', '12.9'],
    ['GTX 1080 Ti', '8.0', '12.9'],
    ['V100', '9.0', '12.9'],
    ['RTX 2080 Ti', '10.0', null],
    ['A100', '11.0', null],
    ['RTX 3090', '11.1', null],
    ['RTX 4090', '11.8', null],
    ['H100', '11.8', null],
    ['RTX 5090', '12.8', null],
    ['B200', '12.8', null],
  ])('%s: from %s to %s', (gpu, first, last) => {
    expect(toolkitsForCapability(gpuNamed(gpu)!.computeCapability!)).toEqual({ first, last });
  });
});

describe("CUDA's installation guides, newest gcc", () => {
  it.each([
    ['9.0', 6],
    ['9.2', 7],
    ['10.0', 7],
    ['10.2', 8],
    ['11.0', 9],
    ['11.1', 10],
    ['11.8', 11],
    ['12.0', 12],
    ['12.4', 13],
    ['12.8', 14],
    ['13.0', 15],
  ])('CUDA %s: gcc %i', (cuda, gcc) => {
    expect(maxGccForCuda(cuda)).toBe(gcc);
  });
});
