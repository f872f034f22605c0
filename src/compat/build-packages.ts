/**
 * What builds of GPU programs take from the distribution, by its packages. Names: Debian's and Ubuntu's as in their package lists, the
 * others' recalled.
 */
import type { Family } from './package-families.ts';

export type PackagesByFamily = Readonly<Record<Family, readonly string[]>>;

/** The distribution's own compilers and make. */
export const BUILD_TOOLS: PackagesByFamily = {
  ubuntu: ['build-essential'],
  debian: ['build-essential'],
  fedora: ['gcc-c++', 'make'],
  rhel: ['gcc-c++', 'make'],
  arch: ['base-devel'],
  suse: ['gcc-c++', 'make'],
};

/** Packages that bring a header of the system which builds of GPU programs include. */
const HEADER_PACKAGES: readonly (readonly [header: RegExp, names: PackagesByFamily])[] = [
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
export const packagesOfHeader = (header: string): PackagesByFamily | null =>
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
} as const satisfies Readonly<Record<string, PackagesByFamily>>;

/** Programs that the scripts of Debian's packages call and an image may lack, by their packages. */
export const SCRIPT_PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['update-initramfs', 'initramfs-tools'],
]);
