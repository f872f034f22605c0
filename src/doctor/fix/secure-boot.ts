/** Two ways out of Secure Boot's refusal: a module signed by a key that the firmware knows, or Secure Boot off. */
import type { Family } from '../../compat/package-families.ts';
import type { Facts } from '../../machine/facts.ts';
import { valueOf } from '../../machine/answer.ts';
import { packagedBranch } from '../../machine/questions/packages.ts';
import type { FixStep } from '../types.ts';
import { distributionOf } from './distribution.ts';
import { byHand, command, reboot, script } from './steps.ts';

/** @param key file of the public key that is known to sign the modules here: "/var/lib/shim-signed/mok/MOK.der" */
export function secureBootSteps(facts: Facts | null, key: string | null = null): FixStep[] {
  const family = distributionOf(facts)?.family;
  return [
    ...(key === null ? enrolKey(family) : enrolThis(key)),
    ...(family === 'ubuntu' ? signedModules(facts) : []),
    turnOff(),
  ];
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

/** Who signs modules that are built here, and where its public key lies. */
interface Signer {
  make: string;
  key: string;
}

const SHIM: Signer = {
  make: 'test -e /var/lib/shim-signed/mok/MOK.der || update-secureboot-policy --new-key',
  key: '/var/lib/shim-signed/mok/MOK.der',
};
const DKMS: Signer = {
  make: 'test -e /var/lib/dkms/mok.pub || dkms generate_mok',
  key: '/var/lib/dkms/mok.pub',
};
const AKMODS: Signer = {
  make: 'test -e /etc/pki/akmods/certs/public_key.der || kmodgenca -a',
  key: '/etc/pki/akmods/certs/public_key.der',
};

const SIGNERS: Readonly<Partial<Record<Family, Signer>>> = { ubuntu: SHIM, fedora: AKMODS };

function enrolKey(family: Family | undefined): FixStep[] {
  const { make, key } = family === undefined ? SHIM : (SIGNERS[family] ?? DKMS);
  return [
    script('make-key', 'Make the key that signs the module, where there is none', make),
    importKey(key),
    ...(family === undefined
      ? [SIGNERS.fedora!, DKMS].map((other, at) =>
          command(
            at === 0 ? 'enrol-key-akmods' : 'enrol-key-dkms',
            at === 0 ? 'Or, where akmods signs it (Fedora)' : 'Or, where dkms signs it (Debian and others)',
            ['mokutil', '--import', other.key],
            { alternativeTo: 'enrol-key' },
          ),
        )
      : []),
    restartToEnrol(),
  ];
}

const enrolThis = (key: string): FixStep[] => [importKey(key), restartToEnrol()];

const importKey = (key: string): FixStep =>
  command('enrol-key', 'Enrol it (mokutil asks for a password of your choice)', ['mokutil', '--import', key]);

const restartToEnrol = (): FixStep => ({
  ...reboot('Restart; in the blue MOK screen choose "Enroll MOK" and give that password'),
  id: 'reboot-enrol',
});

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
