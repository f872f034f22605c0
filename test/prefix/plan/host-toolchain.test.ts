import { describe, expect, it } from 'vitest';
import {
  besidesCompiler,
  checkAccepted,
  isOfToolchain,
  resolveToolchain,
  toolchainOf,
  type ToolchainRequest,
} from '../../../src/prefix/plan/host-toolchain.ts';
import type { PlannedPackage } from '../../../src/prefix/plan/install-plan.ts';
import { packageLayout } from '../../../src/prefix/plan/package-layout.ts';
import { indexOf, type PackageRow } from '../../support/index.ts';

const row = (name: string, version: string, depends = ''): PackageRow => ({
  name,
  version,
  ...(depends === '' ? {} : { depends }),
});
const ARCHIVE: readonly PackageRow[] = [
  row('g++-5', '5.5.0-12ubuntu1', 'gcc-5 (= 5.5.0-12ubuntu1), libc6 (>= 2.14)'),
  row('gcc-5', '5.5.0-12ubuntu1', 'binutils, libc6-dev'),
  row('g++-7', '7.5.0-3ubuntu1', 'gcc-7 (= 7.5.0-3ubuntu1), libc6 (>= 2.14)'),
  row('g++-7-multilib', '7.5.0-3ubuntu1'),
  row('gcc-7', '7.5.0-3ubuntu1', 'binutils (>= 2.30), libc6-dev'),
  row('g++-9', '9.3.0-1', 'libc6'),
  row('binutils', '2.30-21', 'libc6, dpkg (>= 1.17)'),
  row('libc6-dev', '2.27-3', 'libc6 (= 2.27-3), libnsl-dev'),
  row('libc6', '2.27-3', 'debconf | debconf-2.0'),
  row('dpkg', '1.19', 'tar'),
  row('libnsl-dev', '1.0', 'libtirpc3'),
];
const wish = (cuda: string, wanted: string | null = null): ToolchainRequest => ({
  wanted,
  cuda,
  architecture: 'amd64',
});
const names = (request: ToolchainRequest, rows = ARCHIVE): readonly string[] =>
  resolveToolchain(request, indexOf('archive', rows)).packages.map(({ name }) => name);

describe('what the host has to have besides a compiler of the prefix', () => {
  it.each([
    ['g++-10 | clang-11 | g++-9 | clang (<< 1:12~)', false],
    ['gcc-10 | clang-11', false],
    ['build-essential', false],
    ['g++ (>= 4:4.9)', false],
    ['libgcc-s1 (>= 3.0)', true],
    ['libc6 (>= 2.14)', true],
    ['gcc-10-base', true],
  ])('%s: %s', (clause, stays) => {
    const wanted = { clause, wantedBy: ['nvidia-cuda-toolkit'], status: 'missing', found: null } as const;
    expect(besidesCompiler([wanted], 'amd64')).toEqual(stays ? [wanted] : []);
  });
});

describe('the packages of a host compiler', () => {
  it('are what the newest gcc that the toolkit accepts needs, the C library too, and no package manager', () => {
    expect(names(wish('10.0.130'))).toEqual(['binutils', 'g++-7', 'gcc-7', 'libc6', 'libc6-dev']);
    expect(resolveToolchain(wish('10.0.130'), indexOf('archive', ARCHIVE)).gcc).toBe('7.5.0');
  });

  it('are of the version that was asked for', () => {
    expect(names(wish('10.0.130', '5'))).toContain('g++-5');
    expect(names(wish('10.0.130', '>=4 <6'))).toContain('g++-5');
  });

  it('of a version that the archive lacks: the nearest that the toolkit accepts is named', () => {
    expect(() => names(wish('10.0.130', '6'))).toThrow(
      expect.objectContaining({
        code: 'gcc-not-available',
        message: 'there is no gcc@6 in archive',
        hint: 'nearest: gcc@7.5.0, gcc@5.5.0',
      }),
    );
    expect(() => names(wish('8.0.61', '4.9'))).toThrow(
      expect.objectContaining({ code: 'gcc-not-available' }),
    );
  });

  it('are refused where the archive lacks one of them: nothing of this host takes its place', () => {
    expect(() =>
      names(
        wish('10.0.130'),
        ARCHIVE.filter(({ name }) => name !== 'libc6'),
      ),
    ).toThrow(
      expect.objectContaining({
        code: 'gcc-not-available',
        message: expect.stringContaining('libc6') as string,
      }),
    );
  });

  it('of a gcc that the toolkit refuses are not looked for: what it accepts is said', () => {
    expect(() => checkAccepted(wish('10.0.130', '9'))).toThrow(
      expect.objectContaining({
        code: 'gcc-not-accepted',
        message: 'CUDA 10.0 takes gcc up to 7, and gcc 9 is not among them',
        hint: expect.stringContaining('gcc@7') as string,
      }),
    );
    expect(() => checkAccepted(wish('10.0.130', '7'))).not.toThrow();
    expect(() => checkAccepted(wish('10.0.130'))).not.toThrow();
  });
});

describe('a plan with packages of several publishers', () => {
  const planned = (
    name: string,
    sourceId: string,
    ...components: PlannedPackage['components']
  ): PlannedPackage => ({
    name,
    version: '10.2.1-6',
    architecture: 'amd64',
    sourceId,
    suite: 'x',
    path: 'x',
    size: 1,
    sha256: 'a'.repeat(64),
    payloadSha256: null,
    installedBytes: null,
    components,
  });
  const PACKAGES = [
    planned('cuda-nvcc-10-0', 'nvidia', 'compiler'),
    planned('nvidia-cuda-dev', 'debian', 'libraries'),
    planned('g++-10', 'debian', 'host-compiler'),
    planned('libc6', 'debian', 'host-compiler'),
  ];

  it('places each by the rules of its own: the host compiler of the same archive lies apart', () => {
    const layout = packageLayout({
      packages: PACKAGES,
      sources: [
        { id: 'nvidia', packaging: 'nvidia' },
        { id: 'debian', packaging: 'debian' },
      ],
    });
    const to = (name: string, member: string): unknown => layout.place(name, member, '10.0.130');
    expect(to('cuda-nvcc-10-0', 'usr/local/cuda-10.0/bin/nvcc')).toMatchObject({ to: 'bin/nvcc' });
    expect(to('nvidia-cuda-dev', 'usr/include/cuda.h')).toMatchObject({ to: 'include/cuda.h' });
    expect(to('libc6', 'usr/include/stdio.h')).toMatchObject({
      to: 'host/sysroot/usr/include/stdio.h',
      component: 'host-compiler',
    });
    expect(() => to('stranger', 'usr/include/x.h')).toThrow('stranger');
  });

  it('knows which of them are the host compiler, and its version', () => {
    expect(toolchainOf(PACKAGES)).toMatchObject({ gcc: '10.2.1', source: 'debian' });
    expect(PACKAGES.filter(isOfToolchain).map(({ name }) => name)).toEqual(['g++-10', 'libc6']);
    expect(toolchainOf(PACKAGES.slice(0, 2))).toBeNull();
  });
});
