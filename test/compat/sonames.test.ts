import { describe, expect, it } from 'vitest';
import { debPackageOf, pipPackageOf, releasesOfSoname, sonameRow } from '../../src/compat/sonames.ts';

describe('a shared library', () => {
  it('belongs to the releases whose toolkit ships it', () => {
    expect(releasesOfSoname('libcudart.so.10.0')).toEqual(['10.0']);
    expect(releasesOfSoname('libcublas.so.10')).toEqual(['10.1', '10.2']);
    expect(releasesOfSoname('libcudart.so.12').at(0)).toBe('12.0');
    expect(releasesOfSoname('libcudart.so.12').at(-1)).toBe('12.9');
    expect(releasesOfSoname('libcudart.so.13').at(-1)).toBe('13.4');
  });

  it('that spans majors says so: every release that ships it', () => {
    const releases = releasesOfSoname('libcurand.so.10');
    expect([releases[0], releases.at(-1)]).toEqual(['10.1', '13.4']);
  });

  it('of no toolkit belongs to none', () => {
    expect(releasesOfSoname('libcudnn.so.9')).toEqual([]);
    expect(sonameRow('libcuda.so.1')).toMatchObject({ cudaFrom: null, debPackage: null, pipPackage: null });
    expect(releasesOfSoname('libfoo.so.1')).toEqual([]);
    expect(sonameRow('libfoo.so.1')).toBeNull();
    expect(sonameRow('constructor')).toBeNull();
  });

  it('is found as a part of another', () => {
    expect(sonameRow('libcudnn_ops_infer.so.8')).toMatchObject({ library: 'cudnn', debPackage: 'libcudnn8' });
    expect(sonameRow('libnppial.so.11')).toMatchObject({ library: 'nppc', debPackage: 'libnpp-11-8' });
  });

  it.each([
    ['libcufft.so.10', '10.1', 'cuda-cufft-10-1', null],
    ['libcufft.so.10', '11.8', 'libcufft-11-8', 'nvidia-cufft-cu11'],
    ['libcusolver.so.11', '12.4', 'libcusolver-12-4', 'nvidia-cusolver-cu12'],
    ['libcudnn.so.9', '12.4', 'libcudnn9-cuda-12', 'nvidia-cudnn-cu12'],
    ['libcudnn.so.9', null, null, 'nvidia-cudnn-cu13'],
    ['libcublas.so.10', '10.2', 'libcublas10', null],
    ['libnvvm.so.4', '13.1', 'cuda-nvvm-13-1', 'nvidia-nvvm'],
    ['libcufile.so.0', '12.4', 'libcufile-12-4', 'nvidia-cufile-cu12'],
    ['libfoo.so.1', '12.4', null, null],
  ])('%s of CUDA %s is in %s and %s', (soname, cuda, deb, pip) => {
    expect(debPackageOf(soname, cuda)).toBe(deb);
    expect(pipPackageOf(soname, cuda)).toBe(pip);
  });
});
