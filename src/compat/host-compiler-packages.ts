/** How distributions package a gcc beside their default one: its packages, and where the C++ compiler then lies. */
import type { Family } from './package-families.ts';

interface CompilerPackages {
  packages: readonly string[];
  /** Of the C++ compiler, for nvcc's -ccbin. */
  path: string;
}

/**
 * Names by family: those of Debian and Ubuntu as in their package lists, RHEL's from its gcc-toolset collections, Fedora's, Arch's and
 * openSUSE's as their compatibility packages are called.
 *
 * @param major "9"
 */
export function compilerPackages(family: Family, major: string): CompilerPackages {
  switch (family) {
    case 'ubuntu':
    case 'debian':
      return { packages: [`gcc-${major}`, `g++-${major}`], path: `/usr/bin/g++-${major}` };
    case 'rhel':
      return {
        packages: [`gcc-toolset-${major}-gcc-c++`],
        path: `/opt/rh/gcc-toolset-${major}/root/usr/bin/g++`,
      };
    case 'arch':
      return { packages: [`gcc${major}`], path: `/usr/bin/g++-${major}` };
    case 'fedora':
    case 'suse':
      return { packages: [`gcc${major}-c++`], path: `/usr/bin/g++-${major}` };
  }
}
