/** Package indexes made up in memory, for planners. */
import { packageIndex } from '../../src/apt/package-index.ts';
import { parseDependencies } from '../../src/apt/dependency.ts';
import type { IndexedPackage, PackageIndex, Source } from '../../src/apt/types.ts';

export interface PackageRow {
  name: string;
  version: string;
  depends?: string;
  architecture?: string;
  size?: number;
  installedBytes?: number | null;
}

export function sourceOf(id: string, change: Partial<Source> = {}): Source {
  return {
    id,
    uris: [`https://packages.example/${id}/`],
    suites: ['/'],
    components: [],
    architectures: ['amd64'],
    signedBy: [{ fingerprint: 'A'.repeat(40), exactly: false }],
    keyUris: [],
    keyFiles: [],
    fromHost: null,
    enabled: true,
    description: null,
    overridden: false,
    file: `${id}.sources`,
    ...change,
  };
}

export function indexOf(id: string, rows: readonly PackageRow[], change: Partial<Source> = {}): PackageIndex {
  const source = sourceOf(id, change);
  const packages = rows.map((row) => packageOf(id, row));
  const release = {
    sourceId: id,
    suite: '/',
    uri: source.uris[0] ?? '',
    origin: null,
    codename: null,
    date: '2026-01-01T00:00:00.000Z',
    signedWith: 'A'.repeat(40),
    proof: { inRelease: `signed ${id}` },
    files: new Map(),
  };
  const text = {
    packages: (name: string) => packages.filter((one) => one.name === name),
    providers: () => [],
    names: () => new Set(packages.map(({ name }) => name)),
    warnings: [],
  };
  return packageIndex(source, release, [text], []);
}

/** A digest that tells packages apart: not of any bytes. */
export function digestOf(name: string, version: string): string {
  return Buffer.from(`${name} ${version}`).toString('hex').padEnd(64, '0').slice(-64);
}

function packageOf(sourceId: string, row: PackageRow): IndexedPackage {
  return {
    sourceId,
    suite: '/',
    name: row.name,
    version: row.version,
    architecture: row.architecture ?? 'amd64',
    depends: parseDependencies(row.depends ?? ''),
    preDepends: [],
    recommends: [],
    provides: [],
    path: `${row.name}_${row.version}.deb`,
    size: row.size ?? 1000,
    sha256: digestOf(row.name, row.version),
    installedBytes: row.installedBytes === undefined ? 5000 : row.installedBytes,
    description: '',
    section: null,
  };
}
