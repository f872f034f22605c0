/** Which packages are of NVIDIA's driver. Data: data/driver-packages.json; which of them serves a GPU: driver-offers.ts. */
import { lazily } from '../base/lazily.ts';
import table from './data/driver-packages.json' with { type: 'json' };

const whole = (patterns: readonly string[]): (() => RegExp) =>
  lazily(() => new RegExp(`^(?:${patterns.join('|')})$`));
const DRIVER = whole(table.drivers.names);
const TOOLKIT = whole(table.drivers.not);
const KERNEL_MODULE = whole(table.kernelModule.names);
const LIBRARIES = whole(table.libraries.names);
const GUEST = whole(table.guest.names);

/** Whether a package is of the driver, and so never of a prefix. */
export const isDriverPackage = (name: string): boolean => DRIVER().test(name) && !TOOLKIT().test(name);

/** nvidia-driver-535, nvidia-dkms-535, nvidia-384, nvidia-kernel-dkms, linux-modules-nvidia-535-generic, akmod-nvidia */
export const bringsKernelModule = (name: string): boolean => KERNEL_MODULE().test(name);

/** libnvidia-compute-535, libcuda1: packages whose version is the one of the user-mode libraries. */
export const bringsDriverLibraries = (name: string): boolean => LIBRARIES().test(name);

/** Whether a package, in WSL or in a container, stands before the libraries that the host lends. */
export const shadowsHostDriver = (name: string): boolean => GUEST().test(name);

/** The same as patterns for `apt purge`. */
export const SHADOWING_PACKAGES: readonly string[] = table.guest.purge;

/** "535" of nvidia-driver-535, nvidia-dkms-535-open, nvidia-384; null where the name holds no branch. */
export function branchOfPackage(name: string): string | null {
  return (
    /^(?:nvidia-driver|nvidia-dkms|nvidia|linux-modules-nvidia|nvidia-open|cuda-drivers)-(\d{3})/.exec(
      name,
    )?.[1] ?? null
  );
}
