/** Installing packages in each distribution's way. */
import { SHADOWING_PACKAGES } from '../../compat/driver-packages.ts';
import type { Facts } from '../../machine/facts.ts';
import type { FixStep } from '../types.ts';
import { distributionOf, type Family } from './distribution.ts';
import { command, script } from './steps.ts';

export type PackageNames = Partial<Record<Family, readonly string[]>>;

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
 * One step where the distribution is known, else one line per distribution.
 * @param title what the packages are: "Install a compiler that this toolkit accepts"
 */
export function installPackages(
  facts: Facts | null,
  id: string,
  title: string,
  names: PackageNames,
): FixStep {
  const distribution = distributionOf(facts);
  const known = distribution === null ? undefined : names[distribution.family];
  if (distribution !== null && known) return command(id, title, [...INSTALL[distribution.family], ...known]);
  const lines = (Object.entries(names) as [Family, readonly string[]][]).map(
    ([family, list]) => `${[...INSTALL[family], ...list].join(' ')}   # ${TITLES[family]}`,
  );
  return script(id, title, lines.join('\n'));
}

/** Takes driver packages out of WSL or of a container. */
export function purgeShadowing(): string {
  const quoted = SHADOWING_PACKAGES.map((name) => (name.includes('*') ? `'${name}'` : name));
  return `apt purge ${quoted.join(' ')}`;
}
