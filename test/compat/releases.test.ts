import { describe, expect, it } from 'vitest';
import { beginsWithVersion } from '../../src/compat/dotted-version.ts';
import tables from 'tables:src/compat/data/releases';
import {
  groupsFor,
  packagingOfPackages,
  allReleases,
  PACKAGINGS,
  releaseFor,
  releasesFor,
  type Packaging,
} from '../../src/compat/releases.ts';
import { COMPONENTS } from '../../src/prefix/layout/component.ts';

describe('CUDA releases', () => {
  it('come from a table of each family, and from no other file', () => {
    expect(Object.keys(tables).toSorted()).toEqual(PACKAGINGS.toSorted());
    expect(allReleases()).toHaveLength(Object.values(tables).flatMap(({ releases }) => releases).length);
  });

  it('takes a version for the beginning of another only at a dot', () => {
    expect(beginsWithVersion('10.0.130', '10.0')).toBe(true);
    expect(beginsWithVersion('10.10', '10.1')).toBe(false);
    expect(beginsWithVersion('10.0', '10.0.130')).toBe(false);
  });

  it('gives the newest release first that a version may mean', () => {
    expect(releasesFor('11').map(({ cuda }) => cuda)[0]).toBe('11.8');
    expect(new Set(releasesFor('9').map(({ cuda }) => cuda))).toEqual(new Set(['9.2', '9.1', '9.0']));
    expect(releasesFor('10.9')).toEqual([]);
    expect(releasesFor('99.1')).toEqual([]);
  });

  it('knows the names of a release that came out after the table was made', () => {
    const [release] = releasesFor('13.7');
    expect(release).toMatchObject({ cuda: '13.7', versionOf: 'cuda-cudart-13-7', suffix: '-13-7' });
  });

  it("keeps NVIDIA's CUDA 9.x in the repository of Ubuntu 16.04, the only one that has it", () => {
    for (const release of releasesFor('9').filter(({ packaging }) => packaging === 'nvidia')) {
      expect(release.groups.amd64?.map(([cuda]) => cuda)).toEqual(['nvidia-cuda-ubuntu1604']);
    }
  });

  it("pins NVIDIA's patches of CUDA 9.0, and the cuBLAS that belongs to 10.1 and 10.2", () => {
    expect(releaseFor('nvidia', '9.0')?.pins).toEqual({
      'cuda-core-9-0': '9.0.176.3',
      'cuda-cublas-9-0': '9.0.176.4',
      'cuda-cublas-dev-9-0': '9.0.176.4',
    });
    expect(releaseFor('nvidia', '10.1')?.pins['libcublas10']).toBe('10.2.1.243');
    expect(releaseFor('nvidia', '10.2')?.pins['libcublas10']).toBe('10.2.2.89');
  });

  it("names the compiler's packages of each era", () => {
    const compiler = (packaging: Packaging, cuda: string): string[] =>
      releaseFor(packaging, cuda)!.roots['compiler']!.need.flat();
    expect(compiler('nvidia', '9.0')).toContain('cuda-core-9-0');
    expect(compiler('nvidia', '11.8')).toEqual(['cuda-nvcc-11-8', 'cuda-cudart-dev-11-8']);
    expect(compiler('debian', '11.8')).toEqual(['nvidia-cuda-toolkit', 'nvidia-cuda-dev']);
    const { maybe, usual } = releaseFor('nvidia', '12.4')!.roots['compiler']!;
    expect([...maybe, ...usual].flat()).toEqual(
      expect.arrayContaining(['cuda-crt-12-4', 'cuda-nvvm-12-4', 'cuda-cccl-12-4']),
    );
    expect(compiler('nvidia', '9.1')).toContain('cuda-nvcc-9-1');
  });

  it('speaks of components that exist, and static libraries come from where headers come from', () => {
    for (const release of allReleases()) {
      for (const component of Object.keys(release.roots)) expect(COMPONENTS).toContain(component);
      expect(release.roots['static']).toEqual(release.roots['libraries']);
    }
  });

  it('knows in which sources, by architecture', () => {
    expect(groupsFor('10.0', 'amd64')[0]).toEqual(['nvidia-cuda-ubuntu1804', 'nvidia-ml-ubuntu1804']);
    expect(groupsFor('11.4', 'arm64')[0]).toEqual([
      'nvidia-cuda-ubuntu2004-sbsa',
      'nvidia-ml-ubuntu2004-sbsa',
    ]);
    expect(groupsFor('10.0', 'arm64')).toEqual([]);
  });

  it("tells whose packages a prefix was made of by names that are only Debian's", () => {
    expect(packagingOfPackages(['cuda-nvcc-11-8', 'libcublas-11-8', 'libcudnn8'])).toBe('nvidia');
    expect(packagingOfPackages(['libcublas10', 'libcublas-dev', 'cuda-nvcc-10-1'])).toBe('nvidia');
    expect(packagingOfPackages(['nvidia-cuda-toolkit', 'libnvvm4'])).toBe('debian');
    expect(packagingOfPackages(['libcudart11.0'])).toBe('debian');
  });

  it('takes thrust and cub under the name that they have from CUDA 13.3 on, and tells where they are missing', () => {
    for (const component of ['compiler', 'libraries']) {
      const { usual } = releaseFor('nvidia', '13.4')!.roots[component]!;
      expect(usual.find((row) => row.includes('cuda-cccl-13-4'))).toContain('cccl-13-4');
    }
    expect(releaseFor('nvidia', '11.2')!.roots['compiler']!.usual, 'not packages of their own yet').toEqual(
      [],
    );
  });

  it('come from the sources that were seen to have them before those of which it is inferred', () => {
    expect(groupsFor('12.9', 'amd64')[0]).toEqual(['nvidia-cuda-ubuntu2204']);
    expect(groupsFor('12.9', 'amd64').flat()).toContain('nvidia-cuda-ubuntu2404');
    expect(groupsFor('11.8', 'arm64')[0]?.[0]).toBe('nvidia-cuda-ubuntu2004-sbsa');
  });

  it.each([
    ['13.4', 'nvidia-cuda-debian13'],
    ['13.4', 'nvidia-cuda-ubuntu2604'],
    ['11.8', 'nvidia-cuda-debian11'],
    ['12.4', 'nvidia-cuda-debian12'],
    ['12.6', 'nvidia-cuda-ubuntu2404'],
    ['13.0', 'nvidia-cuda-ubuntu2204'],
    ['10.2', 'nvidia-cuda-ubuntu1604'],
    ['11.8', 'nvidia-cuda-ubuntu1804'],
  ])('CUDA %s can come from %s', (cuda, source) => {
    expect(groupsFor(cuda, 'amd64').map(([first]) => first)).toContain(source);
  });

  it('that a range may mean are those of it, newest first; one that is newer than the table may be meant too', () => {
    expect([...new Set(releasesFor('>=11.5 <12').map(({ cuda }) => cuda))]).toEqual([
      '11.8',
      '11.7',
      '11.6',
      '11.5',
    ]);
    expect(releasesFor('>=13.5').map(({ cuda }) => cuda)).toEqual(['13.5']);
    expect(releasesFor('>=99')).toEqual([]);
    expect(releasesFor('>=12.7 <12.8')).toEqual([]);
  });
});
