/**
 * CUDA releases as the package repositories hold them: which sources serve a release, which packages make up each
 * component, and which versions belong together. Data: data/releases/<packaging>.json; `source` there names where it was
 * read.
 */
import type { PackageArchitecture } from '../base/architecture.ts';
import tables from 'tables:src/compat/data/releases';
import { beginsWithVersion, compareDottedVersions, majorOf } from './dotted-version.ts';

/**
 * Whose packaging a source holds (the first one is preferred where both have the same release): it decides how packages are called, what belongs together, and where each member goes
 * in a prefix. Ubuntu's own CUDA packages are Debian's.
 */
export const PACKAGINGS = ['nvidia', 'debian'] as const;
export type Packaging = (typeof PACKAGINGS)[number];

/** Package names; each row holds alternatives, of which the first one that an index has is taken. */
export interface RootSet {
  /** Without one of each row the component cannot be installed. */
  need: readonly (readonly string[])[];
  /** Part of every known release: left out with a warning where missing. */
  usual: readonly (readonly string[])[];
  /** Part of some releases: taken where it is there. */
  maybe: readonly (readonly string[])[];
}

export type Groups = Readonly<Partial<Record<PackageArchitecture, readonly (readonly string[])[]>>>;

export interface Release {
  packaging: Packaging;
  /** "10.0" */
  cuda: string;
  /** Source ids that serve it together (toolkit and cuDNN) by architecture, most preferred group first. */
  groups: Groups;
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
interface ReleaseRow {
  cuda: string;
  groups: Groups;
  /** Of the sources in `groups`, those that nobody was seen to have it, though they have an older and a newer release. */
  inferred?: string[];
  /** Where the table has no eras. */
  versionOf?: string;
  roots?: RootTable;
  pins?: Record<string, string>;
  older?: Record<string, Record<string, string>>;
}

/** data/releases/<packaging>.json */
export interface ReleaseTable {
  /** Where names carry their release, `*` stands for it, and they are the same for all releases of an era. */
  versionOf?: string;
  eras?: readonly { from: string; to: string | null; metapackages?: string[]; roots: RootTable }[];
  releases: readonly ReleaseRow[];
  leaveOut: readonly { package: string; why: string }[];
}

/** Every known release of all packagings, newest first; at equal versions in the order of PACKAGINGS. */
export const RELEASES: readonly Release[] = PACKAGINGS.flatMap((packaging) =>
  tableOf(packaging).releases.map((row) => releaseOf(packaging, row)),
).sort((a, b) => compareDottedVersions(b.cuda, a.cuda));

/** @param version a version or the beginning of one: "11", "11.8", "11.8.89" */
export function releaseFor(packaging: Packaging, version: string): Release | null {
  const release = RELEASES.find((one) => one.packaging === packaging && namesRelease(version, one.cuda));
  if (release !== undefined) return release;
  // A release newer than the table has the names of the last era, in the newest repository.
  const { eras, releases } = tableOf(packaging);
  const last = releases.at(-1)!;
  const exact = /^\d+\.\d+/.exec(version)?.[0];
  return eras !== undefined && exact !== undefined && compareDottedVersions(exact, last.cuda) > 0
    ? releaseOf(packaging, { cuda: exact, groups: last.groups })
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

/** Groups of sources that may serve a version on an architecture: those of the newest release that it may mean first. */
export function groupsFor(
  version: string | null,
  architecture: PackageArchitecture,
): readonly (readonly string[])[] {
  const groups = releasesFor(version).flatMap((release) => release.groups[architecture] ?? []);
  return [...new Map(groups.map((group) => [group.join(' '), group])).values()];
}

/** Whose packages these are: what Debian's components cannot do without is in no repository of NVIDIA's. */
export function packagingOfPackages(names: Iterable<string>): Packaging {
  const debian = new Set(
    RELEASES.filter(({ packaging }) => packaging === 'debian').flatMap(({ roots }) =>
      Object.values(roots).flatMap(({ need }) => need.flat()),
    ),
  );
  return [...names].some((name) => debian.has(name)) ? 'debian' : 'nvidia';
}

/** "11" means the release 11.8, and so does "11.8.89". */
function namesRelease(version: string, cuda: string): boolean {
  return beginsWithVersion(cuda, version) || beginsWithVersion(version, cuda);
}

function tableOf(packaging: Packaging): ReleaseTable {
  const table = tables[packaging];
  if (table === undefined) throw new TypeError(`data/releases has no ${packaging}.json`);
  return table;
}

function releaseOf(packaging: Packaging, row: ReleaseRow): Release {
  const table = tableOf(packaging);
  const era = table.eras?.find(
    ({ from, to }) =>
      compareDottedVersions(row.cuda, from) >= 0 && (to === null || compareDottedVersions(row.cuda, to) <= 0),
  );
  const versionOf = row.versionOf ?? table.versionOf;
  const roots = row.roots ?? era?.roots;
  if (versionOf === undefined || roots === undefined)
    throw new TypeError(`data/releases/${packaging}.json does not say what CUDA ${row.cuda} is made of`);
  const suffix = table.eras === undefined ? null : `-${row.cuda.replace('.', '-')}`;
  const full = (name: string): string => name.replace('*', suffix ?? '');
  const keys = (pins: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(pins).map(([name, version]) => [full(name), version]));
  return {
    packaging,
    cuda: row.cuda,
    groups: row.groups,
    versionOf: full(versionOf),
    roots: rootSets(roots, full),
    pins: keys(row.pins ?? {}),
    olderPins: Object.fromEntries(
      Object.entries(row.older ?? {}).map(([version, pins]) => [version, keys(pins)]),
    ),
    metapackages: (era?.metapackages ?? []).map(full),
    suffix,
    leaveOut: patterns(table.leaveOut),
  };
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
