import { describe, expect, it } from 'vitest';
import { allReleases } from '../../../src/compat/releases.ts';
import { isWanted, componentOf } from '../../../src/prefix/layout/layout.ts';
import {
  componentsOfParts,
  neededParts,
  PART_NAMES,
  partNamed,
  partOfPath,
  PARTS,
  partsOfPackage,
  provesPart,
  servesParts,
  withNeeds,
} from '../../../src/prefix/layout/parts.ts';

describe('the name of a part', () => {
  it.each([
    ['nvcc', 'nvcc'],
    ['cuda_nvcc', 'nvcc'],
    ['cuda-cudart', 'cudart'],
    ['libcublas', 'cublas'],
    ['libcu++', null],
    ['cuda_nvml_dev', 'nvml_dev'],
    ['NVRTC', 'nvrtc'],
    ['cudnn', 'cudnn'],
    ['nvvc', null],
    ['__proto__', null],
  ])('%s is %s', (text, name) => {
    expect(partNamed(text)).toBe(name);
  });
});

describe('what a part needs', () => {
  it('comes with it, and what that needs', () => {
    expect(withNeeds(['cusolver'])).toEqual(
      expect.arrayContaining(['cusolver', 'cublas', 'cusparse', 'cudart', 'cccl']),
    );
    expect(withNeeds(['nvdisasm'])).toEqual(['nvdisasm']);
    expect(withNeeds(['cudnn'])).toEqual(expect.arrayContaining(['cublas']));
  });

  it('says which of the others need it, also of a library that is no part of the toolkit', () => {
    expect(neededParts(['nvcc', 'cudart'])).toEqual([
      { name: 'crt', neededBy: ['cudart'] },
      { name: 'cccl', neededBy: ['nvcc', 'cudart'] },
    ]);
    expect(neededParts(['cudnn'])).toContainEqual({ name: 'cublas', neededBy: ['cudnn'] });
    expect(neededParts(['crt'])).toEqual([]);
  });

  it('is a part, and no part needs itself round about', () => {
    const names = PARTS.map(({ name }) => name);
    for (const { name, needs } of PARTS) {
      expect(names, name).toEqual(expect.arrayContaining([...needs]));
      expect(withNeeds(needs), name).not.toContain(name);
    }
  });

  it('says which components a prefix has', () => {
    expect(componentsOfParts(['nvcc', 'cublas'])).toEqual(['compiler', 'libraries']);
    expect(componentsOfParts(['gdb'])).toEqual(['debugger']);
    expect(componentsOfParts(['cudnn'])).toEqual(['runtime', 'cudnn']);
  });
});

describe('places and packages of parts', () => {
  it.each([
    ['lib64/libcublasLt.so.11', 'cublas'],
    ['include/cublas_v2.h', 'cublas'],
    ['lib64/stubs/libnvblas.so', 'cublas'],
    ['include/thrust/sort.h', 'cccl'],
    ['include/crt/host_config.h', 'crt'],
    ['nvvm/bin/cicc', 'nvcc'],
    ['include/cuda_runtime.h', 'cudart'],
    ['lib64/libcudart_static.a', 'cudart'],
    ['extras/CUPTI/lib64/libcupti.so.10.0', 'cupti'],
    ['lib64/libnvrtc-builtins.so.11.8', 'nvrtc'],
    ['.gpu-setup/licences/x/copyright', null],
    ['EULA.txt', null],
    ['host/sysroot/usr/bin/gcc', null],
  ])('%s belongs to %s', (path, part) => {
    expect(partOfPath(path)).toBe(part);
  });

  it.each([
    ['cuda-cublas-dev-10-0', ['cublas']],
    ['libcublas-12-4', ['cublas']],
    ['libcublaslt11', ['cublas']],
    ['libnppial11', ['npp']],
    ['libnvrtc-builtins11.8', ['nvrtc']],
    ['libcu++-dev', ['cccl']],
    ['cuda-nvml-dev-10-0', ['nvml_dev']],
    ['libnvidia-ml-dev', ['nvml_dev']],
    ['cuda-core-9-0', ['nvcc', 'crt', 'cuobjdump', 'nvdisasm', 'nvprune']],
    ['cuda-crt-12-8', ['crt']],
    ['cuda-something-new-13-9', []],
  ])('%s has %j', (name, parts) => {
    expect(partsOfPackage(name)).toEqual(parts);
  });

  it('every package that a release begins from has parts, or is there for a component of its own', () => {
    const own = ['cudnn', 'nccl', 'tensorrt', 'compat', 'docs', 'host-compiler'];
    const unknown = allReleases().flatMap((release) =>
      Object.entries(release.roots)
        .filter(([component]) => !own.includes(component))
        .flatMap(([, { need, usual, maybe }]) => [...need, ...usual, ...maybe].flat())
        .filter((name) => partsOfPackage(name).length === 0),
    );
    expect([...new Set(unknown)]).toEqual([]);
  });

  it('a package of which nothing is known is left out of nothing', () => {
    expect(servesParts('cuda-something-new-13-9', ['nvcc'])).toBe(true);
    expect(servesParts('libcufft10', ['nvcc'])).toBe(false);
    expect(servesParts('libcufft10', null)).toBe(true);
  });

  it('what carries everything does not show that a library is there', () => {
    expect(provesPart('nvidia-cuda-dev', 'nvjpeg')).toBe(false);
    expect(provesPart('libnvjpeg11', 'nvjpeg')).toBe(true);
    expect(provesPart('nvidia-cuda-dev', 'profiler_api')).toBe(true);
  });
});

describe('a file of a part', () => {
  const wanted = (to: string, parts: readonly string[]): boolean =>
    isWanted({ to, ...componentOf(to) }, { components: ['compiler', 'libraries'], parts });

  it('is written where its part is wanted, and its component', () => {
    expect(wanted('lib64/libcublas.so.11', ['cublas', 'cudart'])).toBe(true);
    expect(wanted('lib64/libcufft.so.11', ['cublas', 'cudart'])).toBe(false);
    expect(wanted('lib64/libcublas_static.a', ['cublas', 'cudart'])).toBe(false);
  });

  it('is written whatever the parts are where it tells what the prefix is, or a component has a package of its own', () => {
    expect(wanted('EULA.txt', ['nvdisasm'])).toBe(true);
    const cudnn = { to: 'lib64/libcudnn.so.8', ...componentOf('lib64/libcudnn.so.8') };
    expect(isWanted(cudnn, { components: ['cudnn'], parts: ['cublas'] })).toBe(true);
  });

  it('names are few enough to be listed, each once', () => {
    expect(new Set(PART_NAMES).size).toBe(PART_NAMES.length);
  });
});
