/** Which driver packages are installed. Unknown is never taken for absent. */
import { branchOfPackage, bringsKernelModule } from '../../compat/driver-packages.ts';
import { valueOf } from '../answer.ts';
import type { Facts, InstalledPackage } from '../facts.ts';

type Packages = { kernelDriver: Pick<Facts['kernelDriver'], 'packages'> };

const isInstalled = ({ state }: InstalledPackage): boolean =>
  state !== 'config-files' && state !== 'not-installed';

export function installedPackages(facts: Packages): InstalledPackage[] {
  return (valueOf(facts.kernelDriver.packages) ?? []).filter(isInstalled);
}

/** Packages that bring, or build, the kernel module. */
export function kernelPackages(facts: Packages): InstalledPackage[] {
  return installedPackages(facts).filter(({ name }) => bringsKernelModule(name));
}

/** Whether packages are known to bring a kernel driver, or not to; undefined: not known. */
export function hasKernelPackages(facts: Packages): boolean | undefined {
  if (kernelPackages(facts).length > 0) return true;
  return facts.kernelDriver.packages.state === 'unknown' ? undefined : false;
}

/** "535" of nvidia-driver-535, nvidia-dkms-535-open, nvidia-384; undefined where no package names a branch. */
export function packagedBranch(facts: Packages): string | undefined {
  for (const { name } of kernelPackages(facts)) {
    const branch = branchOfPackage(name);
    if (branch !== null) return branch;
  }
  return undefined;
}
