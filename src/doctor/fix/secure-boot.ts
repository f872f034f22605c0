/** Two ways out of Secure Boot's refusal: a module signed by a key that the firmware knows, or Secure Boot off. */
import type { Facts } from '../../machine/facts.ts';
import { valueOf } from '../../machine/answer.ts';
import { packagedBranch } from '../../machine/questions/packages.ts';
import type { FixStep } from '../types.ts';
import { distributionOf } from './distribution.ts';
import { byHand, command, reboot, script } from './steps.ts';

export function secureBootSteps(facts: Facts | null): FixStep[] {
  const family = distributionOf(facts)?.family;
  return [...(family === 'ubuntu' ? signedModules(facts) : []), ...enrolKey(family), turnOff()];
}

/** Ubuntu ships modules that its own key has signed, for its own kernels. */
function signedModules(facts: Facts | null): FixStep[] {
  const branch = facts === null ? undefined : packagedBranch(facts);
  const release = (facts === null ? undefined : valueOf(facts.platform.kernel))?.release;
  if (branch === undefined || release === undefined) return [];
  return [
    command(
      'signed-modules',
      'Or take the module that Ubuntu has built and signed for this kernel',
      ['apt', 'install', `linux-modules-nvidia-${branch}-${release}`],
      { alternativeTo: 'enrol-key' },
    ),
  ];
}

function enrolKey(family: string | undefined): FixStep[] {
  const key =
    family === 'debian' || family === 'fedora' ? '/var/lib/dkms/mok.pub' : '/var/lib/shim-signed/mok/MOK.der';
  return [
    script(
      'enrol-key',
      'Enrol the key that signs the module (mokutil asks for a password of your choice)',
      `[ -e ${key} ] || update-secureboot-policy --new-key\nmokutil --import ${key}`,
    ),
    {
      ...reboot('Restart; in the blue MOK screen choose "Enroll MOK" and give that password'),
      id: 'reboot-enrol',
    },
  ];
}

function turnOff(): FixStep {
  return byHand(
    'secure-boot-off',
    "Or switch Secure Boot off in the firmware's setup (often under Boot or Security)",
    {
      reboot: true,
      alternativeTo: 'enrol-key',
    },
  );
}
