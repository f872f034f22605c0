import { describe, expect, it } from 'vitest';
import { resolve } from '../../../src/prefix/plan/resolve.ts';
import type { Packaging } from '../../../src/compat/releases.ts';
import type { PrefixRequest } from '../../../src/prefix/plan/request.ts';
import {
  CUDA_100,
  CUDA_101,
  CUDA_102,
  CUDA_112,
  CUDA_134,
  CUDA_90,
  CUDNN,
  CUDNN_9,
  nvidiaCuda,
  nvidiaMl,
  TENSORRT,
} from '../../support/cuda-index.ts';
import { indexOf } from '../../support/index.ts';

function request(specs: string, change: Partial<PrefixRequest> = {}): PrefixRequest {
  return {
    name: 'p',
    recipe: null,
    specs: specs.split(' ').map((word) => {
      const [name, version] = word.split('@');
      return { name: name!, version: version ?? null };
    }),
    components: ['compiler', 'libraries', ...(specs.includes('cudnn') ? (['cudnn'] as const) : [])],
    sources: ['nvidia-cuda-ubuntu1804', 'nvidia-ml-ubuntu1804'],
    architecture: 'amd64',
    ...change,
  };
}
const versions = (resolution: ReturnType<typeof resolve>): Record<string, string> =>
  Object.fromEntries(resolution.packages.map(({ package: one }) => [one.name, one.version]));

describe('resolving', () => {
  it('takes CUDA 9.0 with the patches that NVIDIA published for it, and cuDNN 7.0 built for it', () => {
    const found = resolve(request('cuda@9.0 cudnn@7.0'), [nvidiaCuda(CUDA_90), nvidiaMl()], null);
    expect(found).toMatchObject({ packaging: 'nvidia', cuda: '9.0.176', cudnn: '7.0.5.15' });
    expect(versions(found)).toMatchObject({
      'cuda-core-9-0': '9.0.176.3-1',
      'cuda-cublas-9-0': '9.0.176.4-1',
      'cuda-cublas-dev-9-0': '9.0.176.4-1',
      'cuda-cudart-9-0': '9.0.176-1',
      libcudnn7: '7.0.5.15-1+cuda9.0',
      'libcudnn7-dev': '7.0.5.15-1+cuda9.0',
    });
  });

  it('takes the newest cuDNN that begins with the version asked for and was built for this CUDA', () => {
    const indexes = [nvidiaCuda(CUDA_100), nvidiaMl()];
    expect(resolve(request('cuda@10.0 cudnn@7.5'), indexes, null).cudnn).toBe('7.5.0.56');
    expect(resolve(request('cuda@10.0 cudnn'), indexes, null).cudnn).toBe('7.6.5.32');
    expect(versions(resolve(request('cuda@10.0 cudnn'), indexes, null))['libcudnn7']).toBe(
      '7.6.5.32-1+cuda10.0',
    );
  });

  it('lists the versions there are when the one asked for is not, and leaves a default out with a warning', () => {
    const indexes = [nvidiaCuda(CUDA_100), nvidiaMl()];
    expect(() => resolve(request('cuda@10.0 cudnn@8', { insisted: ['cudnn'] }), indexes, null)).toThrowError(
      expect.objectContaining({
        code: 'cudnn-not-available',
        hints: [
          expect.stringMatching(/^cuDNN 8 is for CUDA \d/) as string,
          'there is cudnn@7.6.5.32, cudnn@7.5.0.56, cudnn@7.4.1.5',
        ],
      }),
    );
    const without = resolve(request('cuda@10.0 cudnn@8'), indexes, null);
    expect(without).toMatchObject({ cudnn: null, components: ['compiler', 'libraries'] });
    expect(without.warnings.join()).toContain('cuDNN 8');
  });

  it('gives CUDA 10.1 its own cuBLAS, not the newer one of 10.2 that every dependency would allow', () => {
    const newest = resolve(request('cuda@10.1'), [nvidiaCuda(CUDA_101)], null);
    expect(newest.cuda).toBe('10.1.243');
    expect(versions(newest)).toMatchObject({ libcublas10: '10.2.1.243-1', 'libcublas-dev': '10.2.1.243-1' });
    expect(Object.keys(versions(newest))).not.toContain('cuda-license-10-2');
  });

  it('keeps all packages of an older point release together', () => {
    const older = resolve(request('cuda@10.1.168'), [nvidiaCuda(CUDA_101)], null);
    expect(older.cuda).toBe('10.1.168');
    expect(versions(older)).toMatchObject({
      'cuda-nvcc-10-1': '10.1.168-1',
      'cuda-cufft-10-1': '10.1.168-1',
      libcublas10: '10.2.0.168-1',
    });
  });

  it('reads the versions of a point release from its metapackages, by either of its numbers', () => {
    const index = [nvidiaCuda(CUDA_112)];
    for (const version of ['11.2.1', '11.2.146']) {
      const found = resolve(request(`cuda@${version}`), index, null);
      expect(found.cuda).toBe('11.2.146');
      expect(versions(found)).toMatchObject({
        'cuda-nvcc-11-2': '11.2.142-1',
        'libcublas-11-2': '11.4.1.1026-1',
      });
    }
    expect(resolve(request('cuda@11'), index, null).cuda).toBe('11.2.152');
  });

  it('gives CUDA 10.2 the cuBLAS that NVIDIA calls its own, not the newer one beside it', () => {
    const found = resolve(request('cuda@10.2'), [nvidiaCuda(CUDA_102)], null);
    expect(versions(found)).toMatchObject({ libcublas10: '10.2.2.89-1', 'libcublas-dev': '10.2.2.89-1' });
  });

  describe('CUDA 13.4', () => {
    const index = (rows = CUDA_134): ReturnType<typeof nvidiaCuda> =>
      nvidiaCuda(rows, 'nvidia-cuda-ubuntu2404');
    const without = (name: string): ReturnType<typeof nvidiaCuda> =>
      index(
        CUDA_134.filter((row) => row.name !== name).map((row) => ({
          ...row,
          depends: (row.depends ?? '')
            .split(', ')
            .filter((clause) => !clause.startsWith(name))
            .join(', '),
        })),
      );

    it('has CCCL, the parts of nvcc and culibos, each of its own point release', () => {
      const found = versions(resolve(request('cuda@13'), [index()], null));
      expect(found).toMatchObject({
        'cuda-cudart-13-4': '13.4.92-1',
        'cccl-13-4': '13.3.4.3.1-1',
        'libnvptxcompiler-13-4': '13.4.92-1',
        'cuda-culibos-dev-13-4': '13.4.92-1',
      });
      expect(versions(resolve(request('cuda@13.4.1'), [index()], null))).toMatchObject({
        'cuda-cudart-13-4': '13.4.49-1',
        'cccl-13-4': '13.3.4.2.1-1',
      });
    });

    it('has what its metapackages name under names that no table has, and leaves what is on the list', () => {
      const found = resolve(request('cuda@13'), [index()], null);
      expect(versions(found)).toHaveProperty('libnew-dev-13-4');
      expect(versions(found)).not.toHaveProperty('cuda-opencl-dev-13-4');
      expect(found).toMatchObject({ warnings: [], host: [] });
      const running = resolve(request('cuda@13', { components: ['runtime'] }), [index()], null);
      expect(Object.keys(versions(running)).filter((name) => /dev|cccl/.test(name))).toEqual([]);
    });

    it('warns where CCCL is nowhere, though nothing depends on it: thrust and cub are not missing silently', () => {
      const { warnings } = resolve(request('cuda@13'), [without('cccl-13-4')], null);
      expect(warnings.join()).toMatch(/cuda-cccl-13-4 or cccl-13-4 or cuda-thrust-13-4 is not in/);
    });

    it('warns where a metapackage names what the index does not hold', () => {
      const rows = CUDA_134.filter(({ name }) => name !== 'libnew-dev-13-4');
      const { warnings } = resolve(request('cuda@13'), [index(rows)], null);
      expect(warnings.join()).toContain('libnew-dev-13-4 is not in nvidia-cuda-ubuntu2404');
    });

    it('takes a cuDNN 9 whose packages fit one another exactly, an older one too', () => {
      const indexes = [index([...CUDA_134, ...CUDNN_9])];
      for (const [spec, version] of [
        ['cudnn@9', '9.27.0.5-1'],
        ['cudnn@<9.20', '9.12.0.46-1'],
      ] as const) {
        expect(versions(resolve(request(`cuda@13 ${spec}`), indexes, null))).toMatchObject({
          'libcudnn9-cuda-13': version,
          'libcudnn9-dev-cuda-13': version,
          'libcudnn9-headers-cuda-13': version,
        });
      }
    });
  });

  describe('TensorRT', () => {
    const components = ['compiler', 'libraries', 'tensorrt'] as const;
    const asked = (change: Partial<PrefixRequest> = {}): PrefixRequest =>
      request('cuda@10.0', { components, ...change });
    const indexes = [nvidiaCuda(CUDA_100), nvidiaMl([...CUDNN, ...TENSORRT])];

    it('is the newest that was built for this CUDA, whole, with the cuDNN that was built for it beneath', () => {
      const found = versions(resolve(asked(), indexes, null));
      expect(found).toMatchObject({
        libnvinfer6: '6.0.1-1+cuda10.0',
        'libnvinfer-plugin6': '6.0.1-1+cuda10.0',
        libnvonnxparsers6: '6.0.1-1+cuda10.0',
        libnvparsers6: '6.0.1-1+cuda10.0',
        'libnvinfer-bin': '6.0.1-1+cuda10.0',
        'libnvinfer-dev': '6.0.1-1+cuda10.0',
        'libnvonnxparsers-dev': '6.0.1-1+cuda10.0',
        libcudnn7: '7.6.5.32-1+cuda10.0',
      });
      expect(Object.keys(found)).not.toContain('libcudnn7-dev');
    });

    it('stands on the cuDNN that was asked for, and is loaded alone where nothing is developed', () => {
      const request75 = request('cuda@10.0 cudnn@7.5', { components: ['runtime', 'cudnn', 'tensorrt'] });
      const found = versions(resolve(request75, indexes, null));
      expect(found['libcudnn7']).toBe('7.5.0.56-1+cuda10.0');
      expect(Object.keys(found).filter((name) => /-(?:dev|bin)$/.test(name))).toEqual([]);
    });

    it('is left out with a warning, or refused where it was named, in a source that has none for this CUDA', () => {
      const without = [nvidiaCuda(CUDA_100), nvidiaMl()];
      expect(resolve(asked(), without, null)).toMatchObject({
        components: ['compiler', 'libraries'],
        warnings: [expect.stringContaining('there is no TensorRT for CUDA 10.0') as string],
      });
      expect(() => resolve(asked({ insisted: ['tensorrt'] }), without, null)).toThrowError(
        expect.objectContaining({ code: 'tensorrt-not-available' }),
      );
    });

    it('is the version that was asked for; where that is for other CUDAs, the refusal says which, and what there is', () => {
      const insisted = { components, insisted: ['tensorrt' as const] };
      const found = resolve(request('cuda@10.0 tensorrt@5', insisted), indexes, null);
      expect(versions(found)['libnvinfer5']).toBe('5.1.5-1+cuda10.0');
      expect(() => resolve(request('cuda@10.0 tensorrt@8.6', insisted), indexes, null)).toThrowError(
        expect.objectContaining({
          code: 'tensorrt-not-available',
          message: expect.stringContaining('no TensorRT 8.6 for CUDA 10.0') as string,
          hints: [
            'TensorRT 8.6 is for CUDA 12.0, 11.8, 11.4',
            expect.stringMatching(/^there is tensorrt@6\.0\.1, tensorrt@5\.1\.5$/) as string,
          ],
        }),
      );
    });
  });

  it('takes the newest point release in a range, and of two that share a number the newer one', () => {
    const index = [nvidiaCuda([...CUDA_112, ...CUDA_100])];
    const of = (version: string): string =>
      resolve({ ...request('cuda'), specs: [{ name: 'cuda', version }] }, index, null).cuda;
    expect(of('>=10 <11.2.1')).toBe('11.2.72');
    expect(of('<11')).toBe('10.0.130');
    expect(() => of('>=11.3 <12')).toThrowError(
      expect.objectContaining({ code: 'version-not-found', exitCode: 1 }),
    );
    const twice = CUDA_112.map((row) =>
      row.name === 'cuda-toolkit-11-2' && row.version === '11.2.2-1'
        ? [row, { ...row, version: '11.2.3-1' }]
        : [row],
    ).flat();
    expect(resolve(request('cuda@11.2'), [nvidiaCuda(twice)], null).cuda).toBe('11.2.152');
  });

  it('takes the newest CUDA that is meant and has the cuDNN that is asked for, and says which is newer', () => {
    const indexes = [nvidiaCuda([...CUDA_100, ...CUDA_101, ...CUDA_102]), nvidiaMl()];
    const passing = resolve(request('cuda@10 cudnn@7.5'), indexes, null);
    expect(passing).toMatchObject({ cuda: '10.0.130', cudnn: '7.5.0.56' });
    expect(passing.warnings).toContain('CUDA 10.2.89 is newer, but there is no cuDNN 7.5 for it');
    expect(resolve(request('cuda@10 cudnn@7.6'), indexes, null).cuda).toBe('10.1.243');
    // Nothing is given up for a cuDNN that nobody asked a version of, or that no CUDA has.
    expect(resolve(request('cuda@10 cudnn'), indexes, null)).toMatchObject({ cuda: '10.2.89', cudnn: null });
    const nowhere = { insisted: ['cudnn'] as const };
    expect(() => resolve(request('cuda@10 cudnn@7.1', nowhere), indexes, null)).toThrowError(
      expect.objectContaining({ code: 'cudnn-not-available', message: expect.stringContaining('CUDA 10.2') }),
    );
  });

  it('leaves out what only registers the toolkit with the system, and does not ask the host for it', () => {
    const found = resolve(request('cuda@11.2'), [nvidiaCuda(CUDA_112)], null);
    expect(Object.keys(versions(found)).join()).not.toContain('config-common');
    expect(found.host).toEqual([]);
  });

  it('asks the host for what no repository of CUDA has', () => {
    const found = resolve(request('cuda@10.0'), [nvidiaCuda(CUDA_100)], null);
    expect(found.host).toEqual([
      { clause: 'build-essential', wantedBy: ['cuda-nvcc-10-0'], status: 'unknown', found: null },
    ]);
  });

  it('names what the sources hold, and who else has it, when a version is missing', () => {
    expect(() => resolve(request('cuda@9.0'), [nvidiaCuda(CUDA_100)], null)).toThrowError(
      expect.objectContaining({
        code: 'version-not-found',
        hint: expect.stringContaining('nvidia-cuda-ubuntu1604'),
        details: expect.objectContaining({ available: ['10.0.130'] }),
      }),
    );
  });

  it('fetches for the components asked for, and no more', () => {
    const indexes = [nvidiaCuda(CUDA_100), nvidiaMl()];
    const names = (components: PrefixRequest['components']): string[] =>
      Object.keys(versions(resolve(request('cuda@10.0 cudnn@7.5', { components }), indexes, null)));
    expect(names(['runtime']).filter((name) => name.includes('-dev') || name.includes('nvcc'))).toEqual([]);
    expect(names(['runtime', 'cudnn'])).not.toContain('libcudnn7-dev');
    expect(names(['libraries', 'cudnn'])).toContain('libcudnn7-dev');
    expect(names(['debugger'])).toEqual(['cuda-gdb-10-0']);
  });

  it('says which component cannot be had', () => {
    expect(() =>
      resolve(request('cuda@10.0', { components: ['compat'] }), [nvidiaCuda(CUDA_100)], null),
    ).toThrowError(
      expect.objectContaining({ code: 'component-unavailable', hint: expect.stringContaining('compat') }),
    );
    expect(() =>
      resolve(request('cuda@10.0', { components: ['docs'] }), [nvidiaCuda(CUDA_100)], null),
    ).toThrowError(expect.objectContaining({ code: 'component-unavailable' }));
  });

  it('tells two CUDA releases apart that have a package of one name', () => {
    const debian = (version: string): ReturnType<typeof resolve> =>
      resolve(
        request('cuda@11', { components: ['runtime'], sources: ['debian-bullseye'] }),
        [
          indexOf(
            'debian-bullseye',
            [
              { name: 'libcudart11.0', version },
              { name: 'libcublas11', version: '11.4.1.1043~11.2.2-3' },
              { name: 'libcublaslt11', version: '11.4.1.1043~11.2.2-3' },
            ],
            { packaging: 'debian' },
          ),
        ],
        null,
      );
    expect(debian('11.2.152~11.2.2-3+deb11u3').cuda).toBe('11.2.152');
    expect(debian('11.8.89~11.8.0-5~deb12u1').cuda).toBe('11.8.89');
  });

  it('lets only CUDA packages of a distribution enter, and asks neither for other components nor for the driver', () => {
    const found = resolve(
      request('cuda@11.8', { components: ['compiler'], sources: ['debian-bookworm'] }),
      [
        indexOf(
          'debian-bookworm',
          [
            {
              name: 'nvidia-cuda-toolkit',
              version: '11.8.89~11.8.0-5~deb12u1',
              depends:
                'nvidia-profiler (= 11.8.87~11.8.0-5~deb12u1), nvidia-cuda-dev, nvidia-opencl-dev | opencl-dev, libc6 (>= 2.34)',
            },
            { name: 'nvidia-profiler', version: '11.8.87~11.8.0-5~deb12u1' },
            { name: 'nvidia-opencl-dev', version: '11.8.89~11.8.0-5~deb12u1' },
            {
              name: 'nvidia-cuda-dev',
              version: '11.8.89~11.8.0-5~deb12u1',
              depends: 'libcudart11.0, libcuda1 (>= 520)',
            },
            { name: 'libcudart11.0', version: '11.8.89~11.8.0-5~deb12u1' },
            { name: 'libcuda1', version: '525.147.05-4' },
            { name: 'libc6', version: '2.36-9' },
          ],
          { packaging: 'debian' },
        ),
      ],
      null,
    );
    expect(Object.keys(versions(found))).toEqual(['nvidia-cuda-dev', 'nvidia-cuda-toolkit']);
    expect(found.host.map(({ clause }) => clause)).toEqual(['libc6 (>= 2.34)']);
  });

  it('finds cuDNN 9 by the CUDA major in its name, with its headers', () => {
    const rows = [
      { name: 'libcudnn9-cuda-12', version: '9.8.0.87-1' },
      { name: 'libcudnn9-cuda-11', version: '9.9.0.52-1' },
      { name: 'libcudnn9-dev-cuda-12', version: '9.8.0.87-1' },
      { name: 'libcudnn9-headers-cuda-12', version: '9.8.0.87-1' },
      { name: 'libcudnn9-static-cuda-12', version: '9.8.0.87-1' },
    ];
    const cuda = [
      { name: 'cuda-cudart-12-4', version: '12.4.127-1' },
      { name: 'cuda-cudart-dev-12-4', version: '12.4.127-1' },
      { name: 'cuda-nvcc-12-4', version: '12.4.131-1' },
    ];
    const found = resolve(
      request('cuda@12 cudnn@9', { components: ['compiler', 'cudnn'] }),
      [nvidiaCuda([...cuda, ...rows], 'nvidia-cuda-ubuntu2204')],
      null,
    );
    expect(found.cudnn).toBe('9.8.0.87');
    expect(Object.keys(versions(found)).filter((name) => name.startsWith('libcudnn'))).toEqual([
      'libcudnn9-cuda-12',
      'libcudnn9-dev-cuda-12',
      'libcudnn9-headers-cuda-12',
    ]);
  });

  it('takes a cuDNN of the same CUDA major from 11 on, with a warning; before, never', () => {
    const rows = [{ name: 'libcudnn8', version: '8.6.0.163-1+cuda11.8' }];
    const found = resolve(
      request('cuda@11.2 cudnn@8', { components: ['runtime', 'cudnn'] }),
      [nvidiaCuda([...CUDA_112, ...rows])],
      null,
    );
    expect(found.cudnn).toBe('8.6.0.163');
    expect(found.warnings.join()).toContain('built for another CUDA 11 release');
    const old = CUDNN.filter(({ version }) => version.endsWith('cuda9.0'));
    expect(
      resolve(request('cuda@10.0 cudnn@7'), [nvidiaCuda(CUDA_100), nvidiaMl(old)], null).cudnn,
    ).toBeNull();
  });

  it('treats a source as its file says, whatever its id looks like', () => {
    const ask = (packaging: Packaging | null): ReturnType<typeof resolve> =>
      resolve(request('cuda@10.0'), [indexOf('debian-mirror', CUDA_100, { packaging })], null);
    expect(ask('nvidia')).toMatchObject({ packaging: 'nvidia', cuda: '10.0.130' });
    expect(() => ask('debian')).toThrowError(expect.objectContaining({ code: 'version-not-found' }));
    expect(ask(null), 'a file made for 0.1: by what it holds').toMatchObject({ packaging: 'nvidia' });
  });

  it("knows Debian's packages in a source that says nothing of them", () => {
    const rows = ['libcudart11.0', 'libcublas11', 'libcublaslt11'].map((name) => ({
      name,
      version: '11.8.89~11.8.0-5~deb12u1',
    }));
    const found = resolve(
      request('cuda@11', { components: ['runtime'], sources: ['internal'] }),
      [indexOf('internal', rows, { packaging: null })],
      null,
    );
    expect(found).toMatchObject({ packaging: 'debian', cuda: '11.8.89' });
  });

  it('names only sources of the same architecture as those that have a release', () => {
    const ask = (architecture: PrefixRequest['architecture']): unknown => {
      try {
        return resolve(request('cuda@11.5', { architecture }), [nvidiaCuda(CUDA_100)], null);
      } catch (error) {
        return (error as { details: { otherSources: readonly string[] } }).details.otherSources;
      }
    };
    expect(ask('arm64')).toEqual(['nvidia-cuda-ubuntu2004-sbsa', 'nvidia-cuda-ubuntu1804-sbsa']);
    expect(ask('amd64')).toEqual(['nvidia-cuda-ubuntu2004', 'ubuntu-jammy']);
  });

  it('takes nothing of another architecture where one source serves several', () => {
    const other = { name: 'cuda-cublas-10-0', version: '10.0.326-1', architecture: 'arm64' };
    const found = resolve(request('cuda@10.0'), [indexOf('both', [...CUDA_100, other])], null);
    expect(versions(found)).toMatchObject({ 'cuda-cublas-10-0': '10.0.130-1' });
    const without = CUDA_100.filter(({ name }) => name !== other.name);
    expect(() => resolve(request('cuda@10.0'), [indexOf('both', [...without, other])], null)).toThrowError(
      expect.objectContaining({ code: 'component-unavailable' }),
    );
  });
});

describe('parts of a toolkit', () => {
  const indexes = [nvidiaCuda(CUDA_100), nvidiaMl()];
  const only = (specs: string, parts: readonly string[], change: Partial<PrefixRequest> = {}) =>
    resolve(request(specs, { only: parts, ...change }), indexes, null);

  it('are the packages that have them, and what they need', () => {
    const found = only('cuda@10.0', ['nvcc', 'cublas']);
    const names = Object.keys(versions(found));
    expect(found.parts).toEqual(['nvcc', 'crt', 'cccl', 'cublas', 'cudart']);
    expect(names).toEqual(
      expect.arrayContaining([
        'cuda-nvcc-10-0',
        'cuda-cublas-10-0',
        'cuda-cublas-dev-10-0',
        'cuda-cudart-10-0',
      ]),
    );
    expect(names.filter((name) => /cufft|npp|curand|nvrtc/.test(name))).toEqual([]);
  });

  it('of a library bring the headers that its headers include, though the release has them in the package of the compiler', () => {
    const found = only('cuda@10.0', ['cublas'], { components: ['libraries'] });
    expect(found.parts).toContain('crt');
    expect(Object.keys(versions(found))).toContain('cuda-nvcc-10-0');
    const running = only('cuda@10.0', ['cublas'], { components: ['runtime'] });
    expect(Object.keys(versions(running))).not.toContain('cuda-nvcc-10-0');
  });

  it('that the release does not have are an error with what to do, not a prefix without them', () => {
    expect(() => only('cuda@10.0', ['nvjitlink'])).toThrow(
      expect.objectContaining({ code: 'part-unavailable', message: expect.stringContaining('nvjitlink') }),
    );
  });

  it('come beside a cuDNN that was asked for', () => {
    const found = only('cuda@10.0 cudnn@7.5', ['cudart', 'cudnn'], { components: ['runtime', 'cudnn'] });
    expect(found.cudnn).toBe('7.5.0.56');
    expect(Object.keys(versions(found))).toContain('cuda-cublas-10-0');
    expect(Object.keys(versions(found))).not.toContain('cuda-nvcc-10-0');
  });
});
