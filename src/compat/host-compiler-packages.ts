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

/** The distribution's own compilers and make. */
export const BUILD_TOOLS: Readonly<Record<Family, readonly string[]>> = {
  ubuntu: ['build-essential'],
  debian: ['build-essential'],
  fedora: ['gcc-c++', 'make'],
  rhel: ['gcc-c++', 'make'],
  arch: ['base-devel'],
  suse: ['gcc-c++', 'make'],
};

/** Packages that bring a header of the system which builds of GPU programs include. */
const HEADER_PACKAGES: readonly (readonly [
  header: RegExp,
  names: Readonly<Record<Family, readonly string[]>>,
])[] = [
  [
    /^(?:python\d\.\d{1,2}\/)?(?:Python|pyconfig)\.h$/,
    {
      ubuntu: ['python3-dev'],
      debian: ['python3-dev'],
      fedora: ['python3-devel'],
      rhel: ['python3-devel'],
      arch: ['python'],
      suse: ['python3-devel'],
    },
  ],
  [
    /^libaio\.h$/,
    {
      ubuntu: ['libaio-dev'],
      debian: ['libaio-dev'],
      fedora: ['libaio-devel'],
      rhel: ['libaio-devel'],
      arch: ['libaio'],
      suse: ['libaio-devel'],
    },
  ],
  [
    /^mpi\.h$/,
    {
      ubuntu: ['libopenmpi-dev'],
      debian: ['libopenmpi-dev'],
      fedora: ['openmpi-devel'],
      rhel: ['openmpi-devel'],
      arch: ['openmpi'],
      suse: ['openmpi-devel'],
    },
  ],
  [
    /^numa\.h$/,
    {
      ubuntu: ['libnuma-dev'],
      debian: ['libnuma-dev'],
      fedora: ['numactl-devel'],
      rhel: ['numactl-devel'],
      arch: ['numactl'],
      suse: ['libnuma-devel'],
    },
  ],
  [
    /^infiniband\/(?:verbs|mlx5dv)\.h$/,
    {
      ubuntu: ['libibverbs-dev'],
      debian: ['libibverbs-dev'],
      fedora: ['rdma-core-devel'],
      rhel: ['rdma-core-devel'],
      arch: ['rdma-core'],
      suse: ['rdma-core-devel'],
    },
  ],
];

/** Null: it is none of these. */
export const packagesOfHeader = (header: string): Readonly<Record<Family, readonly string[]>> | null =>
  HEADER_PACKAGES.find(([one]) => one.test(header))?.[1] ?? null;

/** Programs that builds call beside the compiler, by their packages. */
export const TOOL_PACKAGES = {
  make: BUILD_TOOLS,
  cmake: {
    ubuntu: ['cmake'],
    debian: ['cmake'],
    fedora: ['cmake'],
    rhel: ['cmake'],
    arch: ['cmake'],
    suse: ['cmake'],
  },
  ninja: {
    ubuntu: ['ninja-build'],
    debian: ['ninja-build'],
    fedora: ['ninja-build'],
    rhel: ['ninja-build'],
    arch: ['ninja'],
    suse: ['ninja'],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Family, readonly string[]>>>>;
