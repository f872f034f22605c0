/** Distributions by their package manager: which family one is of, and how packages are installed there. */

export type Family = 'ubuntu' | 'debian' | 'fedora' | 'rhel' | 'arch' | 'suse';

const FAMILIES: readonly (readonly [Family, readonly string[]])[] = [
  ['ubuntu', ['ubuntu', 'linuxmint', 'pop', 'elementary', 'zorin', 'neon']],
  ['debian', ['debian', 'raspbian', 'kali', 'proxmox']],
  ['fedora', ['fedora']],
  ['rhel', ['rhel', 'centos', 'rocky', 'almalinux', 'ol', 'amzn']],
  ['arch', ['arch', 'manjaro', 'endeavouros', 'cachyos']],
  ['suse', ['opensuse', 'opensuse-leap', 'opensuse-tumbleweed', 'sles', 'suse']],
];

const INSTALL: Readonly<Record<Family, readonly string[]>> = {
  ubuntu: ['apt', 'install'],
  debian: ['apt', 'install'],
  fedora: ['dnf', 'install'],
  rhel: ['dnf', 'install'],
  arch: ['pacman', '-S'],
  suse: ['zypper', 'install'],
};

const TITLES: Readonly<Record<Family, string>> = {
  ubuntu: 'Ubuntu',
  debian: 'Debian',
  fedora: 'Fedora',
  rhel: 'RHEL and its kin',
  arch: 'Arch',
  suse: 'openSUSE',
};

/**
 * @param id ID of os-release
 * @param idLike ID_LIKE, nearest first
 * @returns the family and by which of these ids it was found; null where none is known
 */
export function familyOf(id: string, idLike: readonly string[]): { family: Family; by: string } | null {
  for (const by of [id, ...idLike]) {
    const family = FAMILIES.find(([, ids]) => ids.includes(by.toLowerCase()))?.[0];
    if (family !== undefined) return { family, by };
  }
  return null;
}

/** "apt install NAME ..." */
export const installCommand = (family: Family, packages: readonly string[]): readonly string[] => [
  ...INSTALL[family],
  ...packages,
];

/** "Ubuntu", "RHEL and its kin" */
export const titleOfFamily = (family: Family): string => TITLES[family];
