/** Package indexes made up in memory, for planners. */
import { createHash } from 'node:crypto';
import { packageIndex } from '../../src/apt/index/package-index.ts';
import { PackagesTextBuilder } from '../../src/apt/index/packages-text-builder.ts';
import { locationOf } from './location.ts';
import type { PackageIndex, Source } from '../../src/apt/types.ts';

export interface PackageRow {
  name: string;
  version: string;
  depends?: string;
  architecture?: string;
  /** Its bytes, where a test fetches it. */
  deb?: Uint8Array;
}

/** Of every package. */
export const PACKAGE_BYTES = 1000;
const PACKAGE_KIB = 5;
export const UNPACKED_BYTES = PACKAGE_KIB << 10;

export function sourceOf(id: string, change: Partial<Source> = {}): Source {
  return {
    id,
    uris: [locationOf(`https://packages.example/${id}/`)],
    suites: ['/'],
    components: [],
    architectures: ['amd64'],
    packageFamily: 'deb',
    packaging: 'nvidia',
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
  return indexOfText(id, packagesText(rows), change);
}

/** Read by the real reader, from the text that a repository would serve. */
export function indexOfText(id: string, text: string, change: Partial<Source> = {}): PackageIndex {
  const source = sourceOf(id, change);
  const release = {
    sourceId: id,
    suite: '/',
    uri: source.uris[0] ?? locationOf('http://none.example/'),
    origin: null,
    codename: null,
    date: '2026-01-01T00:00:00.000Z',
    signedWith: 'A'.repeat(40),
    proof: { inRelease: `signed ${id}` },
    files: new Map(),
    indexes: [{ path: 'Packages.gz', size: 1000, sha256: digestOf(id, 'Packages.gz') }],
  };
  const builder = new PackagesTextBuilder(id);
  builder.add(Buffer.from(text));
  return packageIndex(source, release, [builder.finish()], []);
}

/** The Packages file of a flat repository. */
export function packagesText(rows: readonly PackageRow[]): string {
  return rows.map(stanzaOf).join('\n');
}

/** A digest that tells packages apart: not of any bytes. */
export function digestOf(name: string, version: string): string {
  return createHash('sha256').update(`${name} ${version}`).digest('hex');
}

function stanzaOf({ name, version, depends, architecture = 'amd64', deb }: PackageRow): string {
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    ...(depends === undefined || depends === '' ? [] : [`Depends: ${depends}`]),
    `Filename: ./${name}_${version}_${architecture}.deb`,
    `Size: ${deb?.length ?? PACKAGE_BYTES}`,
    `Installed-Size: ${PACKAGE_KIB}`,
    `SHA256: ${deb === undefined ? digestOf(name, version) : createHash('sha256').update(deb).digest('hex')}`,
    `Description: ${name}`,
    '',
  ].join('\n');
}
