/** Packages of one part of the driver, of the branch that runs or is installed. */
import { namesOfDriver } from '../../compat/driver-offers.ts';
import { installCommand } from '../../compat/package-families.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { packagedBranch } from '../../machine/questions/packages.ts';
import type { FixStep } from '../types.ts';
import { distributionOf } from './distribution.ts';
import { command } from './steps.ts';

type Part = 'libcuda' | 'tools' | 'fabricManager';

/** "535": of the packages, else of the driver that runs; null where neither is known. */
export function installedBranch(facts: Facts | null): string | null {
  if (facts === null) return null;
  return packagedBranch(facts) ?? driverVersion(facts)?.split('.')[0] ?? null;
}

/** Null where the distribution, the branch or such a package is not known. */
export function installPart(facts: Facts | null, part: Part, id: string, title: string): FixStep | null {
  const name = nameOfPart(facts, part);
  const distribution = distributionOf(facts);
  return name === null || distribution === null
    ? null
    : command(id, title, installCommand(distribution.family, [name]));
}

export function nameOfPart(facts: Facts | null, part: Part): string | null {
  const distribution = distributionOf(facts);
  if (distribution === null) return null;
  const { family, release } = distribution;
  return namesOfDriver(family, release, installedBranch(facts))?.[part] ?? null;
}
