/** Which distribution's commands a fix speaks, and what of the machine they depend on. */
import type { Host } from '../../compat/driver-commands.ts';
import { familyOf, type Family } from '../../compat/package-families.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';

export interface Distribution {
  family: Family;
  /** "18.04"; null on rolling releases, where it is not known, and for derivatives: Mint 21 is not Ubuntu 21. */
  release: string | null;
}

/** Null where the distribution is unknown or its commands are. */
export function distributionOf(facts: Facts | null): Distribution | null {
  const os = facts === null ? undefined : valueOf(facts.platform.os);
  const found = os === undefined ? null : familyOf(os.id, os.idLike);
  if (os === undefined || found === null) return null;
  // The kin of RHEL and openSUSE count their releases as the one that they are made from does.
  const countsAlike = found.by === os.id || found.family === 'rhel';
  return { family: found.family, release: countsAlike ? os.version : null };
}

export function usesApt(facts: Facts | null): boolean {
  const distribution = distributionOf(facts);
  return distribution === null || distribution.family === 'ubuntu' || distribution.family === 'debian';
}

/** What commands for this machine depend on. */
export function hostOf(facts: Facts | null): Host {
  return {
    release: distributionOf(facts)?.release ?? null,
    kernel: (facts === null ? undefined : valueOf(facts.platform.kernel))?.release ?? null,
    machine: (facts === null ? undefined : valueOf(facts.platform.architecture)) ?? null,
  };
}
