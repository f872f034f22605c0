/** Packages of one part of the driver, of the branch that runs or is installed. */
import { namesOfDriver } from '../../compat/driver-offers.ts';
import type { Family } from '../../compat/package-families.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { packagedBranch } from '../../machine/questions/packages.ts';
import type { FixStep } from '../types.ts';
import { distributionOf } from './distribution.ts';
import { packageInstall, type Named, type PackageNames } from './packages.ts';

type Part = 'libcuda' | 'tools' | 'fabricManager';

const FAMILIES: readonly Family[] = ['ubuntu', 'debian', 'fedora', 'rhel', 'arch', 'suse'];

/** Of the loaded module; asked of the machine by the shell where nothing told. */
const BRANCH_BY_SHELL = '$(cut -d. -f1 /sys/module/nvidia/version)';
const VERSION_BY_SHELL = '$(cat /sys/module/nvidia/version)';

export function installPart(facts: Facts | null, part: Part, named: Named): FixStep[] {
  const branch = branchOf(facts) ?? BRANCH_BY_SHELL;
  const known = distributionOf(facts);
  const names: PackageNames = Object.fromEntries(
    FAMILIES.flatMap((family) => {
      const release = known?.family === family ? known.release : null;
      const name = namesOfDriver(family, release, branch)?.[part] ?? null;
      return name === null
        ? []
        : [[family, [part === 'fabricManager' ? exactly(family, name, facts) : name]]];
    }),
  );
  return packageInstall(facts, names, named);
}

/** "535": of the packages, else of the driver that runs; null where neither is known. */
function branchOf(facts: Facts | null): string | null {
  if (facts === null) return null;
  return packagedBranch(facts) ?? driverVersion(facts)?.split('.')[0] ?? null;
}

/** The fabric manager starts with a driver of exactly its own version alone. */
function exactly(family: Family, name: string, facts: Facts | null): string {
  const version = (facts === null ? undefined : driverVersion(facts)) ?? VERSION_BY_SHELL;
  if (family === 'ubuntu' || family === 'debian') {
    // apt reads the star; the shell, where it is asked for the version, must not.
    const wanted = `${name}=${version}*`;
    return wanted.includes('$') ? `"${wanted}"` : wanted;
  }
  return family === 'suse' ? `${name}=${version}` : `${name}-${version}`;
}
