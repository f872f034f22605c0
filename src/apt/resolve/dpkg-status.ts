/** What is installed on the host, from dpkg's status file. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDpkgStatus } from '../../formats/dpkg-status.ts';
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
      return dpkgStatusOf(await file.readFile('utf8'));
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

export function dpkgStatusOf(text: string): DpkgStatus {
  const byName = new Map<string, InstalledPackage[]>();
  const provided = new Map<string, InstalledPackage[]>();
  for (const { name, version, architecture, state, provides } of parseDpkgStatus(text)) {
    if (state !== 'installed' || version === '') continue;
    const virtual = parseDependencies(provides, architecture).flat();
    const installed = { name, version, architecture, provides: virtual };
    push(byName, name, installed);
    for (const one of virtual) push(provided, one.name, installed);
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
