import { describe, expect, it } from 'vitest';
import { ofArchitecture } from '../../../src/apt/index/package-index.ts';
import { closure, type ClosureOptions } from '../../../src/apt/resolve/dependency-closure.ts';
import { dpkgStatusOf } from '../../../src/apt/resolve/dpkg-status.ts';
import { isDriverPackage } from '../../../src/compat/driver-packages.ts';
import type { PackageIndex } from '../../../src/apt/types.ts';
import { stanza } from '../repository.ts';
import { indexOfText } from '../../support/index.ts';

const index = (id: string, ...stanzas: string[]): PackageIndex => indexOfText(id, stanzas.join('\n'));

const depends = (name: string, version: string, clause: string, more = {}): string =>
  stanza(name, version, { Depends: clause, ...more });
const resolve = (roots: string[], indexes: PackageIndex[], options: Partial<ClosureOptions> = {}) =>
  closure(
    roots,
    indexes.map((index) => ofArchitecture(index, 'amd64')),
    { installed: null, ...options },
  );
const chosen = (result: ReturnType<typeof resolve>): string[] =>
  result.packages.map(({ name, version }) => `${name} ${version}`);

describe('closure', () => {
  it('follows Depends and Pre-Depends to the newest versions, not Recommends, and takes "all"', () => {
    const repo = index(
      'n',
      depends('tool', '1', 'lib (>= 1), config', { 'Pre-Depends': 'pre', Recommends: 'extra' }),
      stanza('lib', '1'),
      stanza('lib', '2'),
      stanza('config', '1', { Architecture: 'all' }),
      stanza('pre', '1'),
      stanza('extra', '1'),
      stanza('lib', '3', { Architecture: 'arm64' }),
    );
    expect(chosen(resolve(['tool'], [repo]))).toEqual(['config 1', 'lib 2', 'pre 1', 'tool 1']);
  });

  it('keeps to pins, which is how an old release set is held together (CUDA 10.1 with its own cuBLAS)', () => {
    const repo = index(
      'n',
      depends('cuda-toolkit-10-1', '10.1.243-1', 'libcublas10 (>= 10.1.0.105)'),
      stanza('libcublas10', '10.2.1.243-1'),
      stanza('libcublas10', '10.2.2.89-1'),
    );
    const pins = new Map([['libcublas10', '10.2.1.243-1']]);
    expect(chosen(resolve(['cuda-toolkit-10-1'], [repo], { pins }))).toContain('libcublas10 10.2.1.243-1');
    expect(chosen(resolve(['cuda-toolkit-10-1'], [repo]))).toContain('libcublas10 10.2.2.89-1');
  });

  it('lets a pin win over a bound, with a warning', () => {
    const repo = index('n', depends('a', '1', 'b (>= 2)'), stanza('b', '1'), stanza('b', '2'));
    const result = resolve(['a'], [repo], { pins: new Map([['b', '1']]) });
    expect(chosen(result)).toEqual(['a 1', 'b 1']);
    expect(result.warnings).toEqual(['a 1 asks for b (>= 2), but the release set has 1']);
  });

  it('goes back where a later bound excludes an earlier choice', () => {
    const repo = index(
      'n',
      depends('a', '1', 'lib, dev'),
      depends('dev', '1', 'lib (= 1)'),
      stanza('lib', '1'),
      stanza('lib', '2'),
    );
    expect(chosen(resolve(['a'], [repo]))).toEqual(['a 1', 'dev 1', 'lib 1']);
  });

  it('takes an alternative that is chosen already, else the first that can enter, else a provider', () => {
    const repo = index(
      'n',
      depends('a', '1', 'x | y, v, w (>= 2)'),
      depends('b', '1', 'y'),
      stanza('y', '1'),
      stanza('p', '1', { Provides: 'v' }),
      stanza('q', '1', { Provides: 'w (= 3)' }),
      stanza('r', '1', { Provides: 'w' }),
    );
    expect(chosen(resolve(['b', 'a'], [repo]))).toEqual(['a 1', 'b 1', 'p 1', 'q 1', 'y 1']);
  });

  it('does not take an unversioned Provides for a version', () => {
    const repo = index('n', depends('a', '1', 'w (>= 2)'), stanza('r', '1', { Provides: 'w' }));
    expect(resolve(['a'], [repo]).host.map(({ clause }) => clause)).toEqual(['w (>= 2)']);
  });

  it('makes requirements on the host of what no source has, once per clause, and checks them', () => {
    const repo = index(
      'n',
      depends('a', '1', 'b, libc6 (>= 2.14), default-jre, old (>= 2)'),
      depends('b', '1', 'libc6 (>= 2.14)'),
    );
    const installed = dpkgStatusOf(
      [
        'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\n',
        'Package: old\nStatus: install ok installed\nVersion: 1\n',
        'Package: default-jre\nStatus: deinstall ok config-files\nVersion: 1\n',
      ].join('\n'),
    );
    expect(resolve(['a'], [repo], { installed }).host).toEqual([
      { clause: 'libc6 (>= 2.14)', wantedBy: ['a', 'b'], status: 'met', found: 'libc6 2.36-9' },
      { clause: 'default-jre', wantedBy: ['a'], status: 'missing', found: null },
      { clause: 'old (>= 2)', wantedBy: ['a'], status: 'too-old', found: 'old 1' },
    ]);
    expect(resolve(['a'], [repo]).host[0]!.status).toBe('unknown');
  });

  it('keeps out of the prefix what the caller does not let in', () => {
    const repo = index(
      'debian',
      depends('nvidia-cuda-toolkit', '1', 'libc6, g++-11 | clang-14, libthrust-dev'),
      stanza('libc6', '2'),
      stanza('g++-11', '11'),
      stanza('libthrust-dev', '1'),
    );
    const result = resolve(['nvidia-cuda-toolkit'], [repo], {
      enters: ({ name }) => /cuda|thrust/.test(name),
    });
    expect(chosen(result)).toEqual(['libthrust-dev 1', 'nvidia-cuda-toolkit 1']);
    expect(result.host.map(({ clause }) => clause)).toEqual(['libc6', 'g++-11 | clang-14']);
  });

  it('refuses the driver in every form and names who wanted it', () => {
    const repo = index(
      'n',
      depends('cuda-10-0', '1', 'cuda-runtime-10-0, cuda-toolkit-10-0'),
      depends('cuda-runtime-10-0', '1', 'cuda-drivers (>= 410.48)'),
      stanza('cuda-drivers', '550'),
      depends('cuda-toolkit-10-0', '1', 'libcuda1 (>= 410) | libcuda-10.0-1'),
      stanza('libcuda1', '550'),
    );
    const result = resolve(['cuda-10-0'], [repo]);
    expect(chosen(result)).toEqual(['cuda-10-0 1', 'cuda-runtime-10-0 1', 'cuda-toolkit-10-0 1']);
    expect(result.refusedDrivers).toEqual([
      { name: 'cuda-drivers', wantedBy: 'cuda-runtime-10-0' },
      { name: 'libcuda1', wantedBy: 'cuda-toolkit-10-0' },
    ]);
    expect(() => resolve(['cuda-drivers'], [repo])).toThrow(
      expect.objectContaining({ code: 'driver-package' }),
    );
  });

  it('never lets a driver in as the provider of something else', () => {
    const repo = index(
      'n',
      depends('a', '1', 'opencl-icd'),
      stanza('nvidia-opencl-icd', '1', { Provides: 'opencl-icd' }),
    );
    expect(chosen(resolve(['a'], [repo]))).toEqual(['a 1']);
  });

  it('prefers the earlier source among equal versions, with a warning where they differ', () => {
    const one = index('one', stanza('a', '1', {}, 'x'));
    const two = index('two', stanza('a', '1', {}, 'y'));
    const result = resolve(['a'], [one, two]);
    expect(result.packages[0]!.sourceId).toBe('one');
    expect(result.warnings).toEqual([expect.stringContaining('differs between one and two')]);
  });

  it('names what there is where a name or version is not there', () => {
    const repo = index('n', stanza('cuda-toolkit-10-0', '10.0.130-1'));
    expect(() => resolve(['cuda-toolkit-10-9'], [repo])).toThrow(
      expect.objectContaining({ code: 'package-not-found', hint: 'did you mean cuda-toolkit-10-0?' }),
    );
    expect(() =>
      resolve(['cuda-toolkit-10-0'], [repo], { pins: new Map([['cuda-toolkit-10-0', '9']]) }),
    ).toThrow(expect.objectContaining({ code: 'version-not-found', hint: 'there is 10.0.130-1' }));
  });

  it('says which dependency cannot be met, and ends where bounds contradict each other', () => {
    const unmet = expect.objectContaining({ code: 'unmet-dependency' });
    expect(() => resolve(['a'], [index('n', depends('a', '1', 'b (>= 3)'), stanza('b', '2'))])).toThrow(
      unmet,
    );
    const contradiction = index(
      'n',
      depends('a', '1', 'b (= 1), c'),
      depends('c', '1', 'b (= 2)'),
      stanza('b', '1'),
      stanza('b', '2'),
    );
    expect(() => resolve(['a'], [contradiction])).toThrow(unmet);
  });

  it('copes with circles', () => {
    const repo = index('n', depends('a', '1', 'b'), depends('b', '1', 'a'));
    expect(chosen(resolve(['a'], [repo]))).toEqual(['a 1', 'b 1']);
  });
});

describe('driver packages', () => {
  it.each([
    'cuda-drivers',
    'cuda-drivers-535',
    'nvidia-driver-390',
    'nvidia-dkms-470',
    'libnvidia-compute-470',
    'libcuda1',
    'nvidia-kernel-dkms',
    'nvidia-modprobe',
    'nvidia-alternative',
    'libnvidia-ptxjitcompiler1',
    'xserver-xorg-video-nvidia-470',
    'nvidia-fs-dkms',
    'libgl1-nvidia-glvnd-glx',
    'firmware-nvidia-gsp',
    'libcuda-11.8-1',
  ])('%s is one', (name) => expect(isDriverPackage(name)).toBe(true));
  it.each([
    'cuda-toolkit-10-0',
    'nvidia-cuda-toolkit',
    'nvidia-cuda-dev',
    'libnvidia-ml-dev',
    'nvidia-cudnn',
    'nvidia-profiler',
    'libnvvm4',
    'libnvinfer8',
    'libcudart11.0',
    'cuda-driver-dev-10-0',
  ])('%s is none', (name) => expect(isDriverPackage(name)).toBe(false));
});
