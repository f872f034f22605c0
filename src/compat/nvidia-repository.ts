/** NVIDIA's own repositories of drivers and toolkits: where they are. Data: data/driver-packages.json, `nvidiaRepository`. */
import { ARCHITECTURES, architectureNamed } from './architectures.ts';
import table from './data/driver-packages.json' with { type: 'json' };
import { majorOf } from './dotted-version.ts';
import type { Family } from './package-families.ts';

/** File name of the package that brings apt the key and an entry. */
export const KEYRING_PACKAGE: string = table.nvidiaRepository.keyring;

export interface RepositoryKey {
  /** Of the primary key, in capitals. */
  fingerprint: string;
  /** What it is called in the folders of the repositories that it signs. */
  file: string;
  /** "April 2022"; null: from the beginning. */
  since: string | null;
}

const { others, machineLearning, folders } = table.nvidiaRepository.keys;
const OF_FOLDERS: Readonly<Record<string, RepositoryKey>> = folders;

/** Signs the machine-learning repositories, and signed all of them before. */
export const OLD_REPOSITORY_KEY: RepositoryKey = machineLearning;

/** @param url of a repository: "https://.../compute/cuda/repos/ubuntu2204/x86_64/"; what is not known in it means the usual one */
export function keyOfRepository(url: string): RepositoryKey {
  if (url.includes('/machine-learning/')) return machineLearning;
  return OF_FOLDERS[/\/repos\/([a-z\d]+)/.exec(url)?.[1] ?? ''] ?? others;
}

/** @param id a fingerprint, or its last eight digits or more; null: none of NVIDIA's repositories has such a key */
export function repositoryKeyOf(id: string): RepositoryKey | null {
  return [others, machineLearning, ...Object.values(OF_FOLDERS)].find((key) => isKey(key, id)) ?? null;
}

/** Keys are told by fingerprint, by long id or by short one (eight digits), in any case. */
export const isKey = ({ fingerprint }: RepositoryKey, id: string): boolean =>
  id.length >= 8 && fingerprint.endsWith(id.slice(-8).toUpperCase());

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
