/** NVIDIA's own repositories of drivers and toolkits: where they are. Data: data/driver-packages.json, `nvidiaRepository`. */
import { ARCHITECTURES, architectureNamed } from './architectures.ts';
import table from './data/driver-packages.json' with { type: 'json' };
import { majorOf } from './dotted-version.ts';
import type { Family } from './package-families.ts';

/** File name of the package that brings apt the key and an entry. */
export const KEYRING_PACKAGE: string = table.nvidiaRepository.keyring;

/** "ubuntu2204", "debian12", "rhel9"; null where a release has none, or is not known. */
export function repositoryFolder(family: Family, release: string | null): string | null {
  if (release === null) return null;
  if (family === 'ubuntu') return `ubuntu${release.replace('.', '')}`;
  const major = majorOf(release);
  return major === null || family === 'arch' || family === 'suse' ? null : `${family}${major}`;
}

/**
 * "https://.../ubuntu2204/x86_64", for the shell. What is not known, the shell finds out.
 * @param folder as `repositoryFolder` names it
 * @param machine architecture as `uname -m` names it
 * @param named folder of the architecture, where something names it: right whatever the machine is
 */
export function repositoryUrl(folder: string | null, machine: string | null, named?: string): string {
  return `${table.nvidiaRepository.url}/${folder ?? FOLDER_BY_SHELL}/${architectureFolder(machine, named)}`;
}

/** The folder's name as os-release has it. */
export const FOLDER_BY_SHELL = '$(. /etc/os-release && echo "$ID$VERSION_ID" | tr -d .)';

/** "x86_64", "sbsa", for the shell. */
function architectureFolder(machine: string | null, named?: string): string {
  const served = ARCHITECTURES.filter(({ nvidiaRepository }) => nvidiaRepository !== null);
  const known =
    served.find(({ nvidiaRepository }) => nvidiaRepository === named)?.nvidiaRepository ??
    (machine === null ? null : (architectureNamed(machine)?.nvidiaRepository ?? null));
  if (known !== null) return known;
  const others = served.filter(({ machine: name, nvidiaRepository }) => name !== nvidiaRepository);
  return `$(uname -m | sed '${others.map((one) => `s/${one.machine}/${one.nvidiaRepository}/`).join(';')}')`;
}
