import { describe, expect, it } from 'vitest';
import {
  acceptedGcc,
  gccOfRoot,
  gccsOffered,
  isAccepted,
  isLeftOut,
  toolchainRoot,
  toolchainSources,
} from '../../src/compat/host-toolchains.ts';

const first = (cuda: string, wanted: string | null = null): string => {
  const [best] = toolchainSources(cuda, wanted, 'amd64');
  return best === undefined ? 'none' : `${best.id} ${best.gcc[0]}`;
};

describe('archives of host compilers', () => {
  it.each([
    ['9.0.176', 'ubuntu-bionic 6'],
    ['10.0.130', 'ubuntu-bionic 7'],
    ['10.2.89', 'ubuntu-bionic 8'],
    ['11.2.152', 'debian-bullseye 10'],
    ['11.8.89', 'ubuntu-jammy 11'],
  ])('for CUDA %s: the newest gcc that it accepts, with the oldest C library: %s', (cuda, best) => {
    expect(first(cuda)).toBe(best);
  });

  it('are none whose gcc the toolkit refuses, and none whose C library its headers cannot read', () => {
    for (const cuda of ['9.0.176', '10.0.130', '11.2.152', '12.4.131']) {
      for (const { id, gcc } of toolchainSources(cuda, null, 'amd64')) {
        expect(
          gcc.every((one) => isAccepted(one, acceptedGcc(cuda))),
          `${cuda} ${id}`,
        ).toBe(true);
        expect(id, 'glibc 2.41 declares cospi, which CUDA up to 12.9 declares otherwise').not.toBe(
          'debian-trixie',
        );
      }
    }
  });

  it('serve a version that is asked for: its beginning, a range, or none', () => {
    expect(first('10.0.130', '5')).toBe('ubuntu-xenial 5');
    expect(first('11.2.152', '>=8 <10')).toBe('debian-bullseye 9');
    expect(first('10.0.130', '9')).toBe('none');
    expect(gccsOffered('amd64')).toEqual(expect.arrayContaining(['14', '10', '5', '4.7']) as string[]);
  });

  it('are read back from the name of the package that brings the compiler', () => {
    expect(gccOfRoot(toolchainRoot('10'))).toBe('10');
    expect(gccOfRoot(toolchainRoot('4.9'))).toBe('4.9');
    for (const other of ['g++', 'g++-10-multilib', 'gcc-10', 'libstdc++-10-dev']) {
      expect(gccOfRoot(other), other).toBeNull();
    }
  });

  it('leave out what a package manager or remote calls need, never the C library', () => {
    expect(['dpkg', 'perl-base', 'libtirpc3', 'libnsl-dev', 'debconf-2.0'].every(isLeftOut)).toBe(true);
    expect(['libc6', 'libc6-dev', 'binutils', 'linux-libc-dev', 'libisl23'].some(isLeftOut)).toBe(false);
  });
});
