/** Which distribution's commands a fix speaks. */
import { valueOf } from '../../machine/answer.ts';
import type { Facts, OsFacts } from '../../machine/facts.ts';

export type Family = 'ubuntu' | 'debian' | 'fedora' | 'rhel' | 'arch' | 'suse';

export interface Distribution {
  family: Family;
  /** 18.04 is 18.04; 0 where unknown. */
  version: number;
}

const FAMILIES: readonly (readonly [Family, readonly string[]])[] = [
  ['ubuntu', ['ubuntu', 'linuxmint', 'pop', 'elementary', 'zorin', 'neon']],
  ['debian', ['debian', 'raspbian', 'kali', 'proxmox']],
  ['fedora', ['fedora']],
  ['rhel', ['rhel', 'centos', 'rocky', 'almalinux', 'ol', 'amzn']],
  ['arch', ['arch', 'manjaro', 'endeavouros']],
  ['suse', ['opensuse', 'opensuse-leap', 'opensuse-tumbleweed', 'sles', 'suse']],
];

/** Null where the distribution is unknown or its commands are. */
export function distributionOf(facts: Facts | null): Distribution | null {
  const os = facts === null ? undefined : valueOf(facts.platform.os);
  if (os === undefined) return null;
  for (const id of [os.id, ...os.idLike]) {
    const family = FAMILIES.find(([, ids]) => ids.includes(id.toLowerCase()))?.[0];
    if (family) return { family, version: versionOf(os, id) };
  }
  return null;
}

/** The version only where the machine is the distribution itself: Mint 21 is not Ubuntu 21. */
function versionOf(os: OsFacts, id: string): number {
  return id === os.id && ['ubuntu', 'debian', 'fedora', 'rhel'].includes(id)
    ? Number.parseFloat(os.version ?? '0') || 0
    : 0;
}

export const usesApt = (distribution: Distribution | null): boolean =>
  distribution === null || distribution.family === 'ubuntu' || distribution.family === 'debian';

/** "22.04" where the machine is a release of Ubuntu itself; undefined elsewhere. */
export function ubuntuRelease(facts: Facts | null): string | undefined {
  const distribution = distributionOf(facts);
  return distribution?.family === 'ubuntu' && distribution.version > 0
    ? distribution.version.toFixed(2)
    : undefined;
}

/** The folder of NVIDIA's CUDA repository for it: ubuntu2004, debian12, rhel9, fedora39; undefined where unknown. */
export function repositoryFolder(facts: Facts | null): string | undefined {
  const distribution = distributionOf(facts);
  if (distribution === null || distribution.version === 0) return undefined;
  const { family, version } = distribution;
  if (family === 'ubuntu') return `ubuntu${version.toFixed(2).replace('.', '')}`;
  if (family === 'debian' || family === 'rhel' || family === 'fedora')
    return `${family}${Math.floor(version)}`;
  return undefined;
}
