/** What is installed on the host, from dpkg's status file. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDependencies } from '../index/dependency.ts';
import type { Dependency } from '../types.ts';
import { satisfies } from '../index/version.ts';

export interface InstalledPackage {
  name: string;
  version: string;
  architecture: string;
  provides: readonly Dependency[];
}

export interface DpkgStatus {
  packages(name: string): readonly InstalledPackage[];
  providers(name: string): readonly InstalledPackage[];
}

const MAX_BYTES = 256 << 20;

/** Null where the host has no status file that can be read (another distribution). */
export async function readDpkgStatus(root = '/'): Promise<DpkgStatus | null> {
  try {
    const file = await open(join(root, 'var/lib/dpkg/status'), 'r');
    try {
      if ((await file.stat()).size > MAX_BYTES) return null;
      return parseDpkgStatus(await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

/**
 *     Package: libc6
 *     Status: install ok installed
 *     Architecture: amd64
 *     Version: 2.36-9+deb12u10
 */
export function parseDpkgStatus(text: string): DpkgStatus {
  const byName = new Map<string, InstalledPackage[]>();
  const provided = new Map<string, InstalledPackage[]>();
  for (const stanza of text.replace(/\r\n/g, '\n').split(/\n{2,}/)) {
    const field = (name: string): string =>
      new RegExp(`^${name}:[ \\t]*([^\\n]*(?:\\n[ \\t][^\\n]*)*)`, 'im').exec(stanza)?.[1]?.trim() ?? '';
    const name = field('Package');
    const version = field('Version');
    if (name === '' || version === '' || !/\bok installed$/.test(field('Status'))) continue;
    const architecture = field('Architecture');
    const provides = parseDependencies(field('Provides').replace(/\n/g, ' '), architecture).flat();
    const installed = { name, version, architecture, provides };
    push(byName, name, installed);
    for (const virtual of provides) push(provided, virtual.name, installed);
  }
  return { packages: (name) => byName.get(name) ?? [], providers: (name) => provided.get(name) ?? [] };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Whether a package provides what a dependency wants. An unversioned Provides meets no version bound (Debian policy 7.5). */
export function providesIt(provides: readonly Dependency[], wanted: Dependency): boolean {
  return provides.some(
    ({ name, version }) =>
      name === wanted.name &&
      (wanted.relation === null || (version !== null && satisfies(version, wanted.relation, wanted.version))),
  );
}
