/** Bringing the driver that a stack asks for: the packages of the machine's own distribution. */
import { compareDottedVersions, majorOf } from '../../compat/dotted-version.ts';
import { debianDriver, ubuntuDriver } from '../../compat/driver-packages.ts';
import { familyOf, installCommand } from '../../compat/package-families.ts';
import type { PlanCommand, PlanMachine, PlanStack } from '../types.ts';

/**
 * Nothing where a driver runs that will do, where the distribution is not known, and where the driver is another one's: a
 * container's is its host's, and that of WSL Windows'.
 */
export function driverCommandsFor({ driver }: PlanStack, machine: PlanMachine): readonly PlanCommand[] {
  const { os, container, wsl } = machine;
  if (os === null || container || wsl || willDo(driver, machine.driver)) return [];
  const family = familyOf(os.id, []);
  const found = packageOf(machine, driver);
  if (family === null || found === null) return [];
  const doubt = machine.driver === null ? ' (where none runs yet that will do)' : '';
  return [
    {
      id: 'install-driver',
      title: `Install NVIDIA's driver${doubt}`,
      argv: installCommand(family.family, [found]),
      needsRoot: true,
      alternativeTo: null,
    },
    {
      id: 'reboot',
      title: 'Restart, so that it runs',
      argv: ['reboot'],
      needsRoot: true,
      alternativeTo: null,
    },
  ];
}

/** Null where the distribution has none that is known to be new enough. */
function packageOf({ os, gpus }: PlanMachine, { min }: PlanStack['driver']): string | null {
  const release = os!.version;
  const gpu = gpus?.[0];
  if (os!.id === 'debian') return debianDriver(Number.parseFloat(release ?? '0') || 0, gpu);
  const found = os!.id === 'ubuntu' && release !== null ? ubuntuDriver(release, gpu) : null;
  const isEnough = found !== null && (min === null || Number(found.branch) >= (majorOf(min) ?? 0));
  return isEnough ? found.package : null;
}

function willDo({ min, max }: PlanStack['driver'], driver: PlanMachine['driver']): boolean {
  if (driver === 'none') return false;
  // A stack that asks nothing of the driver says nothing of one that is not known either.
  if (driver === null) return min === null;
  const isEnough = min === null || compareDottedVersions(driver, min) >= 0;
  const isNotTooNew = max === null || compareDottedVersions(driver, max) <= 0 || beginsWith(driver, max);
  return isEnough && isNotTooNew;
}

/** A bound that is a branch ("580") means every driver of it. */
const beginsWith = (driver: string, branch: string): boolean => driver.split('.')[0] === branch;
