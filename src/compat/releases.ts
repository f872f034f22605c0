/**
 * CUDA releases as the package repositories hold them: which sources serve a release, which packages make up each
 * component, and which versions belong together. Data: releases/*.json; `source` there names where it was read.
 */
import { beginsWithVersion, compareDottedVersions, majorOf } from './dotted-version.ts';
import debianTable from './data/releases/debian.json' with { type: 'json' };
import nvidiaTable from './data/releases/nvidia.json' with { type: 'json' };

export type RepositoryFamily = 'nvidia' | 'debian';

/** Package names; each row holds alternatives, of which the first one that an index has is taken. */
export interface RootSet {
  /** Without one of each row the component cannot be installed. */
  need: readonly (readonly string[])[];
  /** Part of every known release: left out with a warning where missing. */
  usual: readonly (readonly string[])[];
  /** Part of some releases: taken where it is there. */
  maybe: readonly (readonly string[])[];
}

export interface Release {
  family: RepositoryFamily;
  /** "10.0" */
  cuda: string;
  /** Source ids that serve it together (toolkit and cuDNN), most preferred group first. */
  groups: readonly (readonly string[])[];
  /** Package whose upstream version is the toolkit's. */
  versionOf: string;
  /** By component name; a component that is not here does not exist for this release. */
  roots: Readonly<Record<string, RootSet>>;
  /** Upstream versions by package name, where "the newest" would be wrong or is worth saying. */
  pins: Readonly<Record<string, string>>;
  /** The same for older point releases: by toolkit version ("10.1.168"). */
  olderPins: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Metapackages whose lower bounds are the versions of one point release; empty before CUDA 11. */
  metapackages: readonly string[];
  /** "-10-0": ends the names of this release's own packages; null where names carry no release. */
  suffix: string | null;
  /** Packages that dependencies name and no prefix wants. */
  leaveOut: readonly { package: RegExp; why: string }[];
}

interface RootRow {
  as?: string;
  need?: string[];
  usual?: string[];
  maybe?: string[];
}
type RootTable = Readonly<Record<string, RootRow>>;
interface NvidiaRow {
  cuda: string;
  groups: string[][];
  pins?: Record<string, string>;
  older?: Record<string, Record<string, string>>;
}

const NVIDIA_ROWS: readonly NvidiaRow[] = nvidiaTable.releases as NvidiaRow[];

/** Every known release of both families, newest first; at equal versions NVIDIA's own first. */
export const RELEASES: readonly Release[] = [...NVIDIA_ROWS.map(nvidiaRelease), ...debianReleases()].sort(
  (a, b) => compareDottedVersions(b.cuda, a.cuda),
);

/** @param version a version or the beginning of one: "11", "11.8", "11.8.89" */
export function releaseFor(family: RepositoryFamily, version: string): Release | null {
  const release = RELEASES.find((one) => one.family === family && namesRelease(version, one.cuda));
  if (release !== undefined) return release;
  // A release newer than the table has the names of the last era, in the newest repository.
  const last = NVIDIA_ROWS.at(-1)!;
  const exact = /^\d+\.\d+/.exec(version)?.[0];
  return family === 'nvidia' && exact !== undefined && compareDottedVersions(exact, last.cuda) > 0
    ? nvidiaRelease({ cuda: exact, groups: last.groups })
    : null;
}

/**
 * Releases that a version may mean, newest first; all of them for null. A release that may have come out after this
 * table was made counts, one of a far future does not.
 */
export function releasesFor(version: string | null): readonly Release[] {
  if (version === null) return RELEASES;
  const known = RELEASES.filter((one) => namesRelease(version, one.cuda));
  if (known.length > 0 || (majorOf(version) ?? 0) > (majorOf(RELEASES[0]!.cuda) ?? 0) + 1) return known;
  const newer = releaseFor('nvidia', version);
  return newer === null ? [] : [newer];
}

/** By its id, which is public: `debian-bookworm`, `ubuntu-focal`; everything else is laid out as NVIDIA does. */
export function familyOfSource(sourceId: string): RepositoryFamily {
  return /^(?:debian|ubuntu)-/.test(sourceId) ? 'debian' : 'nvidia';
}

/** "11" means the release 11.8, and so does "11.8.89". */
function namesRelease(version: string, cuda: string): boolean {
  return beginsWithVersion(cuda, version) || beginsWithVersion(version, cuda);
}

function nvidiaRelease(row: NvidiaRow): Release {
  const suffix = `-${row.cuda.replace('.', '-')}`;
  const full = (name: string): string => name.replace('*', suffix);
  const keys = (pins: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(pins).map(([name, version]) => [full(name), version]));
  const era = nvidiaTable.eras.find(
    ({ from, to }) =>
      compareDottedVersions(row.cuda, from) >= 0 && (to === null || compareDottedVersions(row.cuda, to) <= 0),
  );
  if (era === undefined) throw new TypeError(`releases/nvidia.json has no era for CUDA ${row.cuda}`);
  return {
    family: 'nvidia',
    cuda: row.cuda,
    groups: row.groups,
    versionOf: full(nvidiaTable.versionOf),
    roots: rootSets(era.roots, full),
    pins: keys(row.pins ?? {}),
    olderPins: Object.fromEntries(
      Object.entries(row.older ?? {}).map(([version, pins]) => [version, keys(pins)]),
    ),
    metapackages: (era.metapackages ?? []).map(full),
    suffix,
    leaveOut: patterns(nvidiaTable.leaveOut),
  };
}

function debianReleases(): Release[] {
  return debianTable.releases.map((row) => ({
    family: 'debian',
    cuda: row.cuda,
    groups: row.groups,
    versionOf: row.versionOf,
    roots: rootSets(row.roots, (name) => name),
    pins: {},
    olderPins: {},
    metapackages: [],
    suffix: null,
    leaveOut: patterns(debianTable.leaveOut),
  }));
}

function rootSets(table: RootTable, full: (name: string) => string): Record<string, RootSet> {
  const rows = (names: readonly string[] = []): string[][] =>
    names.map((row) => row.split(' | ').map((name) => full(name)));
  return Object.fromEntries(
    Object.keys(table).map((component) => {
      const row = table[table[component]!.as ?? component]!;
      return [component, { need: rows(row.need), usual: rows(row.usual), maybe: rows(row.maybe) }];
    }),
  );
}

function patterns(rows: readonly { package: string; why: string }[]): Release['leaveOut'] {
  return rows.map((row) => ({ package: new RegExp(`^(?:${row.package})$`), why: row.why }));
}
