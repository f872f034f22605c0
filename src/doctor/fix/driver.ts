/** Installing the kernel-mode driver: the one thing that gpu-setup leaves to the distribution. */
import { debianSections, driverCommands, recommendedByUbuntu } from '../../compat/driver-commands.ts';
import { driverOffers, type DriverBounds, type DriverOffer } from '../../compat/driver-offers.ts';
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { titleOfFamily, type Family } from '../../compat/package-families.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { inContainer, inWsl, onJetson } from '../../machine/questions/platform.ts';
import type { FixStep } from '../types.ts';
import { distributionOf, hostOf, type Distribution } from './distribution.ts';
import { demandOf } from './gpu-demand.ts';
import { jetsonDriver } from './jetson.ts';
import { nixosDriver, onNixos } from './nix.ts';
import { alternatives, byHand, reboot, script, stepsOf } from './steps.ts';

/** Steps that end with a driver that runs. */
export function installDriver(facts: Facts | null, bounds: DriverBounds = {}): FixStep[] {
  return driverElsewhere(facts, bounds, 'Install') ?? withGuestDriver(facts, driverHere(facts, bounds));
}

/**
 * A newer driver, or one with other kernel modules, in the place of one that runs: the same packages as for a first
 * installation, by name.
 */
export function upgradeDriver(facts: Facts | null, bounds: DriverBounds = {}): FixStep[] {
  return driverElsewhere(facts, bounds, 'Upgrade') ?? withGuestDriver(facts, newerDriverHere(facts, bounds));
}

function newerDriverHere(facts: Facts | null, bounds: DriverBounds): FixStep[] {
  const distribution = distributionOf(facts);
  if (distribution === null) return [...onAnyDistribution(facts, bounds, 'upgrade-driver'), reboot()];
  const offer = offersFor(distribution, facts, bounds)[0];
  if (offer === undefined) return noneServes(facts, distribution, bounds, 'upgrade-driver');
  const steps = stepsOf(driverCommands(offer, hostOf(facts)));
  return [
    ...steps.map((step) =>
      step.id === 'install-driver'
        ? { ...step, id: 'upgrade-driver', title: `Upgrade to ${whichDriver(offer, bounds)}` }
        : step,
    ),
    reboot(),
  ];
}

/** Where the driver of this machine is not this machine's to install; null where it is. */
function driverElsewhere(facts: Facts | null, bounds: DriverBounds, verb: string): FixStep[] | null {
  if (facts === null) return null;
  if (onJetson(facts)) return [jetsonDriver()];
  if (inWsl(facts)) return windowsDriver(bounds);
  if (onNixos(facts) && !inContainer(facts)) return nixosDriver(facts);
  if (inContainer(facts)) {
    const which = bounds.atLeast == null ? 'the driver' : `driver ${bounds.atLeast} or newer`;
    return [
      byHand(
        verb === 'Install' ? 'install-driver' : 'upgrade-driver',
        `${verb} ${which} on the host: a container uses the host's, and brings none of its own`,
      ),
    ];
  }
  return null;
}

/** In WSL the driver is Windows' own: nothing is installed inside. */
export function windowsDriver(bounds: DriverBounds = {}): FixStep[] {
  const which = bounds.atLeast == null ? '' : ` (of the time of Linux driver ${bounds.atLeast}, or newer)`;
  return [
    byHand(
      'windows-driver',
      `Install the current NVIDIA driver in Windows${which} (https://www.nvidia.com/drivers); install no driver inside WSL`,
    ),
    script('wsl-restart', 'Restart WSL from a Windows terminal', 'wsl.exe --shutdown', { root: false }),
  ];
}

/**
 * A virtual GPU has the PCI id of the whole one, and takes NVIDIA's guest driver alone, of a release that the driver of its hypervisor
 * serves.
 */
function withGuestDriver(facts: Facts | null, steps: FixStep[]): FixStep[] {
  const [first] = steps;
  const modes = facts === null ? [] : (valueOf(facts.gpuStates) ?? []).map((state) => state.virtualization);
  const isWhole = modes.length > 0 && modes.every((mode) => mode !== null && !/^vgpu$/i.test(mode));
  if (facts === null || valueOf(facts.platform.virtualMachine) == null || first === undefined || isWhole)
    return steps;
  return [
    ...steps,
    byHand(
      'guest-driver',
      "If this GPU is a virtual one (vGPU): take the guest driver of NVIDIA's vGPU release that the hypervisor runs instead, from its administrator or the cloud's instructions; no other works",
      { root: true, alternativeTo: first.id },
    ),
  ];
}

function driverHere(facts: Facts | null, bounds: DriverBounds): FixStep[] {
  const distribution = distributionOf(facts);
  if (distribution === null) return [...onAnyDistribution(facts, bounds, 'install-driver'), reboot()];
  const offer = offersFor(distribution, facts, bounds)[0];
  if (offer === undefined) return noneServes(facts, distribution, bounds, 'install-driver');
  const steps = stepsOf(driverCommands(offer, hostOf(facts)));
  if (distribution.family === 'debian' && offer.origin === 'distribution')
    return [enableNonFree(distribution), ...steps, reboot()];
  if (distribution.family !== 'ubuntu' || offer.origin !== 'distribution' || isBounded(bounds))
    return [...steps, reboot()];
  return [
    ...stepsOf([recommendedByUbuntu(distribution.release)]),
    // Where the release is not known, neither is which branches it has.
    ...(distribution.release === null
      ? []
      : steps.map((step) => ({
          ...step,
          id: 'install-driver-branch',
          title: step.title.replace(/^Install (.*)$/, 'Or install $1 by name'),
          alternativeTo: 'install-driver',
        }))),
    reboot(),
  ];
}

const isBounded = ({ atLeast, atMost, open }: DriverBounds): boolean =>
  atLeast != null || atMost != null || open !== undefined;

function enableNonFree({ release }: Distribution): FixStep {
  return byHand(
    'enable-non-free',
    `Add "${debianSections(release)}" to Debian's entries in /etc/apt/sources.list (or sources.list.d), then: apt update`,
    { root: true },
  );
}

const offersFor = (
  { family, release }: Distribution,
  facts: Facts | null,
  bounds: DriverBounds,
): readonly DriverOffer[] => driverOffers(family, release, demandOf(facts), bounds);

/** Neither the release nor NVIDIA's repository for it has such a driver. */
function noneServes(
  facts: Facts | null,
  { family, release }: Distribution,
  bounds: DriverBounds,
  id: string,
): FixStep[] {
  const gpu = demandOf(facts);
  const last = gpu?.lastDriverBranch ?? null;
  const { atLeast = null } = bounds;
  if (last !== null && atLeast !== null && compareDottedVersions(last, atLeast.split('.')[0]!) < 0) {
    return [
      byHand(
        id,
        `No driver from ${atLeast} on serves this GPU, whose last branch is ${last}: take programs of an older CUDA, or another GPU`,
      ),
    ];
  }
  // Which branches an interim release packages is not in the tables; it knows them itself.
  if (family === 'ubuntu' && release !== null && last === null && !isBounded(bounds))
    return [...stepsOf([recommendedByUbuntu(release)]), reboot()];
  const os = facts === null ? undefined : valueOf(facts.platform.os);
  const name = os?.prettyName ?? [titleOfFamily(family), release].filter(Boolean).join(' ');
  const which =
    atLeast !== null
      ? ` from ${atLeast} on`
      : last !== null
        ? ` of branch ${last}, the last for this GPU`
        : ' that serves this GPU';
  return [byHand(id, `${name} packages no driver${which}: move to a release that does`, { root: true })];
}

const FAMILIES: readonly Family[] = ['ubuntu', 'debian', 'fedora', 'rhel', 'arch', 'suse'];

/** What is typed last on each distribution, where it is not known which one it is. */
function onAnyDistribution(facts: Facts | null, bounds: DriverBounds, id: string): FixStep[] {
  const steps = FAMILIES.flatMap((family) => {
    const offer = driverOffers(family, null, demandOf(facts), bounds)[0];
    if (offer === undefined) return [];
    if (family === 'ubuntu' && !isBounded(bounds)) {
      return stepsOf([{ ...recommendedByUbuntu(null), title: ON_UBUNTU }]);
    }
    const name = titleOfFamily(family);
    if (offer.origin === 'aur') {
      const packages = offer.packages.join(' and ');
      return [byHand(`${id}-${family}`, `On ${name}: build ${packages} from the Arch User Repository`)];
    }
    const last = stepsOf(driverCommands(offer, hostOf(facts))).at(-1)!;
    return [
      {
        ...last,
        id: `${id}-${family}`,
        title: `On ${name}${WITH[offer.origin]}: install ${whichDriver(offer, bounds)}`,
      },
    ];
  });
  if (steps.length > 0) return alternatives(steps.map((step, at) => (at === 0 ? { ...step, id } : step)));
  const last = demandOf(facts)?.lastDriverBranch ?? bounds.atMost ?? null;
  const which = last === null ? 'such a driver' : `a driver of branch ${last}, the last for this GPU`;
  return [byHand(id, `Install ${which}: no distribution of today packages it, but releases of its time do`)];
}

/** "the driver of the 580 branch with its proprietary kernel modules" */
function whichDriver({ branch, open }: DriverOffer, bounds: DriverBounds): string {
  const modules =
    bounds.open === undefined ? '' : ` with ${open ? 'the open' : 'its proprietary'} kernel modules`;
  return `the driver${branch === null ? '' : ` of the ${branch} branch`}${modules}`;
}

const ON_UBUNTU = 'On Ubuntu: install the driver that it recommends for this GPU';

/** What must be enabled before, where the distribution itself has no driver. */
const WITH: Readonly<Record<DriverOffer['origin'], string>> = {
  distribution: '',
  nvidia: ", with NVIDIA's repository enabled",
  rpmfusion: ', with RPM Fusion enabled',
  suse: ", with NVIDIA's repository enabled",
  aur: '',
};
