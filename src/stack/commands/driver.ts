/** Bringing the driver that a stack asks for: the packages of the machine's own distribution. */
import { driverCommands } from '../../compat/driver-commands.ts';
import { driverOffers } from '../../compat/driver-offers.ts';
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { familyOf } from '../../compat/package-families.ts';
import type { PlanCommand, PlanMachine, PlanStack } from '../types.ts';

/**
 * Nothing where a driver runs that will do, where the distribution is not known, and where the driver is another one's: a
 * container's is its host's, that of WSL Windows', and a Jetson's part of its L4T.
 */
export function driverCommandsFor({ driver }: PlanStack, machine: PlanMachine): readonly PlanCommand[] {
  const { container, wsl, jetson } = machine;
  const os = machine.host === undefined ? machine.os : machine.host;
  if (os === null || container || wsl || jetson || willDo(driver, machine.driver)) return [];
  const family = familyOf(os.id, []);
  if (family === null) return [];
  const release = family.by === os.id ? os.version : null;
  const bounds = {
    atLeast: driver.min,
    atMost: driver.max,
    ...(driver.openModules ? { open: true } : {}),
  };
  const [offer] = driverOffers(family.family, release, machine.gpus?.[0], bounds);
  if (offer === undefined) return [];
  const host = { release, kernel: null, machine: machine.architecture };
  const steps = driverCommands(offer, host).map(({ root, ...command }) => ({
    ...command,
    title: machine.driver === null ? `${command.title} (where none runs yet that will do)` : command.title,
    needsRoot: root,
    alternativeTo: null,
  }));
  return [
    ...steps,
    {
      id: 'reboot',
      title: 'Restart, so that it runs',
      argv: ['reboot'],
      needsRoot: true,
      alternativeTo: null,
    },
  ];
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
