/** How distributions package NVIDIA's driver. Data: data/driver-packages.json. */
import table from './data/driver-packages.json' with { type: 'json' };
import { compareDottedVersions } from './dotted-version.ts';
import { driverBranchesForGpu } from './drivers.ts';
import type { OpenKernelModule } from './gpus.ts';

const whole = (patterns: readonly string[]): RegExp => new RegExp(`^(?:${patterns.join('|')})$`);
const DRIVER = whole(table.drivers.names);
const TOOLKIT = whole(table.drivers.not);
const KERNEL_MODULE = whole(table.kernelModule.names);
const LIBRARIES = whole(table.libraries.names);
const GUEST = whole(table.guest.names);

/** Whether a package is of the driver, and so never of a prefix. */
export const isDriverPackage = (name: string): boolean => DRIVER.test(name) && !TOOLKIT.test(name);

/** nvidia-driver-535, nvidia-dkms-535, nvidia-384, nvidia-kernel-dkms, linux-modules-nvidia-535-generic, akmod-nvidia */
export const bringsKernelModule = (name: string): boolean => KERNEL_MODULE.test(name);

/** libnvidia-compute-535, libcuda1: packages whose version is the one of the user-mode libraries. */
export const bringsDriverLibraries = (name: string): boolean => LIBRARIES.test(name);

/** Whether a package, in WSL or in a container, stands before the libraries that the host lends. */
export const shadowsHostDriver = (name: string): boolean => GUEST.test(name);

/** The same as patterns for `apt purge`. */
export const SHADOWING_PACKAGES: readonly string[] = table.guest.purge;

/** "535" of nvidia-driver-535, nvidia-dkms-535-open, nvidia-384; null where the name holds no branch. */
export function branchOfPackage(name: string): string | null {
  return /^(?:nvidia-driver|nvidia-dkms|nvidia|linux-modules-nvidia)-(\d{3})/.exec(name)?.[1] ?? null;
}

/** What the choice of a driver package depends on. */
export interface DrivenGpu {
  firstDriverBranch: string | null;
  lastDriverBranch: string | null;
  openKernelModule: OpenKernelModule | null;
}

/**
 * The newest of Ubuntu's own packages that serves a GPU, with the kernel modules that it takes.
 * @param release "22.04"; null: the newest in the table
 * @returns null where the release is not in the table, or has none for this GPU
 */
export function ubuntuDriver(
  release: string | null,
  gpu: DrivenGpu | undefined,
): { package: string; branch: string } | null {
  const releases: Readonly<Record<string, readonly string[]>> = table.ubuntu.branches;
  const offered = (release === null ? Object.values(releases).at(-1) : releases[release]) ?? [];
  const serving = gpu && new Set(driverBranchesForGpu(gpu).map(({ branch }) => branch));
  const branch = offered.find((one) => serving?.has(one) ?? true);
  if (branch === undefined) return null;
  const flavour = gpu?.openKernelModule === 'required' ? '-open' : '';
  return { package: `nvidia-driver-${branch}${flavour}`, branch };
}

/** @param release 12; 0 where it is not known */
export function debianDriver(release: number, gpu: DrivenGpu | undefined): string {
  const last = gpu?.lastDriverBranch ?? null;
  const legacy = table.debian.legacy.find(
    ({ lastBranch, from, until }) =>
      last !== null &&
      compareDottedVersions(last, lastBranch) <= 0 &&
      release >= from &&
      (until === null || release < until),
  );
  return legacy?.package ?? table.debian.current;
}
