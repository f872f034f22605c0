/**
 * CUDA releases as the package repositories hold them: which sources serve a release, which packages make up each
 * component, and which versions belong together. Data: data/releases/<packaging>.json; `source` there names where it was
 * read.
 */
import type { PackageArchitecture } from '../base/architecture.ts';
import tables from 'tables:src/compat/data/releases';
import { compareDottedVersions, majorOf } from './dotted-version.ts';
import { distinctGroups, type SourceGroup } from './source-group.ts';
import { firstReleaseIn, isPlainVersion, mayMeanVersion } from './version-range.ts';

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
  /** Metapackages: what they name of this release is part of it too, whatever it is called in that release. */
  whatNames: readonly string[];
}

export type Groups = Readonly<Partial<Record<PackageArchitecture, readonly SourceGroup[]>>>;

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
  /** Libraries with versions of their own (cuDNN, TensorRT) of which this packaging has none, by component name. */
  lacks: readonly string[];
  /** Packages that dependencies name and no prefix wants. */
  leaveOut: readonly { package: RegExp; why: string }[];
}

interface RootRow {
  as?: string;
  need?: string[];
  usual?: string[];
  maybe?: string[];
  whatNames?: string[];
}
type RootTable = Readonly<Record<string, RootRow>>;
interface Era {
  id: string;
  from: string;
  to: string | null;
  /** Id of the era whose metapackages and roots it has, with more in `usual` by component. */
  like?: string;
  usual?: Readonly<Record<string, readonly string[]>>;
  metapackages?: string[];
  roots?: RootTable;
}
/** A repository and what it holds. Listed in the order in which they are asked. */
export interface SourceRow {
  id: string;
  architecture: PackageArchitecture;
  /** Sources that are opened with it: they hold cuDNN and NCCL for its releases. */
  with?: readonly string[];
  /** The oldest and the newest release that it is taken to hold; null: it goes on. */
  from: string;
  to: string | null;
  /** Releases that somebody was seen to have from it; it is asked for these before sources of which it is inferred. */
  seen: readonly string[];
}
interface ReleaseRow {
  cuda: string;
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
  eras?: readonly Era[];
  sources: readonly SourceRow[];
  releases: readonly ReleaseRow[];
  lacks?: readonly string[];
  leaveOut: readonly { package: string; why: string }[];
}

/** All releases of a table share them. */
const leftOut = new Map<ReleaseTable['leaveOut'], Release['leaveOut']>();

/** A release that is made of its row when somebody asks: most questions are about few of them. */
interface Known {
  packaging: Packaging;
  cuda: string;
  release(): Release;
}

let knownReleases: readonly Known[] | undefined;

/** Newest first; at equal versions in the order of PACKAGINGS. */
function known(): readonly Known[] {
  return (knownReleases ??= PACKAGINGS.flatMap((packaging) =>
    tableOf(packaging).releases.map((row): Known => {
      let release: Release | undefined;
      return { packaging, cuda: row.cuda, release: () => (release ??= releaseOf(packaging, row)) };
    }),
  ).sort((a, b) => compareDottedVersions(b.cuda, a.cuda)));
}

/** Every known release of all packagings, newest first; at equal versions in the order of PACKAGINGS. */
export const allReleases = (): readonly Release[] => known().map((one) => one.release());

/** "13.4", "13.3", ...: each once, newest first. */
export const knownCudas = (): readonly string[] => [...new Set(known().map(({ cuda }) => cuda))];

/** @param version a version or the beginning of one: "11", "11.8", "11.8.89" */
export function releaseFor(packaging: Packaging, version: string): Release | null {
  const found = known().find((one) => one.packaging === packaging && mayMeanVersion(one.cuda, version));
  if (found !== undefined) return found.release();
  // A release newer than the table has the names of the last era, in the repositories that go on.
  const { eras, releases } = tableOf(packaging);
  const last = releases.at(-1)!;
  const exact = /^\d+\.\d+/.exec(version)?.[0];
  return eras !== undefined && exact !== undefined && compareDottedVersions(exact, last.cuda) > 0
    ? releaseOf(packaging, { cuda: exact })
    : null;
}

/**
 * Releases that a version or a range may mean, newest first; all of them for null. A release that may have come out after
 * this table was made counts, one of a far future does not.
 */
export function releasesFor(version: string | null): readonly Release[] {
  if (version === null) return allReleases();
  const meant = known().filter((one) => mayMeanVersion(one.cuda, version));
  if (meant.length > 0) return meant.map((one) => one.release());
  const exact = isPlainVersion(version) ? version : firstReleaseIn(version);
  if (exact === null || (majorOf(exact) ?? 0) > (majorOf(known()[0]!.cuda) ?? 0) + 1) return [];
  const newer = releaseFor('nvidia', exact);
  return newer === null ? [] : [newer];
}

/** Groups of sources that may serve a version on an architecture: those of the newest release that it may mean first. */
export function groupsFor(version: string | null, architecture: PackageArchitecture): readonly SourceGroup[] {
  return distinctGroups(releasesFor(version).flatMap((release) => release.groups[architecture] ?? []));
}

/** Whose packages these are: what Debian calls its runtime library, toolkit and headers is in no repository of NVIDIA's. */
export function packagingOfPackages(names: Iterable<string>): Packaging {
  const debian = new Set(
    allReleases()
      .filter(({ packaging }) => packaging === 'debian')
      .flatMap(({ versionOf, roots }) => [versionOf, ...(roots['compiler']?.need.flat() ?? [])]),
  );
  return [...names].some((name) => debian.has(name)) ? 'debian' : 'nvidia';
}

/** Sources that are opened with this one, itself first. */
export function withCompanions(id: string): readonly string[] {
  const row = PACKAGINGS.flatMap((packaging) => tableOf(packaging).sources).find((one) => one.id === id);
  return [id, ...(row?.with ?? [])];
}

/** Whether a table knows what a source holds. */
export function isInTable(id: string): boolean {
  return PACKAGINGS.some((packaging) =>
    tableOf(packaging).sources.some((one) => one.id === id || (one.with ?? []).includes(id)),
  );
}

function tableOf(packaging: Packaging): ReleaseTable {
  const table = tables[packaging];
  if (table === undefined) throw new TypeError(`data/releases has no ${packaging}.json`);
  return table;
}

function releaseOf(packaging: Packaging, row: ReleaseRow): Release {
  const table = tableOf(packaging);
  const own = table.eras?.find((era) => isWithin(row.cuda, era));
  const era = own?.like === undefined ? own : table.eras?.find(({ id }) => id === own.like);
  const versionOf = row.versionOf ?? table.versionOf;
  const roots = row.roots ?? era?.roots;
  if (versionOf === undefined || roots === undefined)
    throw new TypeError(`data/releases/${packaging}.json does not say what CUDA ${row.cuda} is made of`);
  const suffix = table.eras === undefined ? null : `-${row.cuda.replace('.', '-')}`;
  const full = (name: string): string => name.replace('*', suffix ?? '');
  const keys = (pins: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(pins).map(([name, version]) => [full(name), version]));
  let groups: Groups | undefined;
  return {
    packaging,
    cuda: row.cuda,
    // Most runs ask for those of one release, or of none.
    get groups() {
      return (groups ??= groupsOf(row.cuda, table.sources));
    },
    versionOf: full(versionOf),
    roots: rootSets(roots, full, own?.usual ?? {}),
    pins: keys(row.pins ?? {}),
    olderPins: Object.fromEntries(
      Object.entries(row.older ?? {}).map(([version, pins]) => [version, keys(pins)]),
    ),
    metapackages: (era?.metapackages ?? []).map(full),
    suffix,
    lacks: table.lacks ?? [],
    leaveOut: patterns(table.leaveOut),
  };
}

/** Those that were seen to have it first, otherwise as they are listed. */
function groupsOf(cuda: string, sources: readonly SourceRow[]): Groups {
  const holding = sources.filter((source) => isWithin(cuda, source));
  const ordered = [
    ...holding.filter(({ seen }) => seen.includes(cuda)),
    ...holding.filter(({ seen }) => !seen.includes(cuda)),
  ];
  const groups: Partial<Record<PackageArchitecture, string[][]>> = {};
  for (const source of ordered) {
    (groups[source.architecture] ??= []).push([source.id, ...(source.with ?? [])]);
  }
  return groups;
}

function isWithin(cuda: string, { from, to }: { from: string; to: string | null }): boolean {
  return compareDottedVersions(cuda, from) >= 0 && (to === null || compareDottedVersions(cuda, to) <= 0);
}

function rootSets(
  table: RootTable,
  full: (name: string) => string,
  more: Readonly<Record<string, readonly string[]>>,
): Record<string, RootSet> {
  const rows = (names: readonly string[] = []): string[][] =>
    names.map((row) => row.split(' | ').map((name) => full(name)));
  return Object.fromEntries(
    Object.keys(table).map((component) => {
      const name = table[component]!.as ?? component;
      const { need, usual = [], maybe, whatNames = [] } = table[name]!;
      const set: RootSet = {
        need: rows(need),
        usual: rows([...usual, ...(more[name] ?? [])]),
        maybe: rows(maybe),
        whatNames: whatNames.map(full),
      };
      return [component, set];
    }),
  );
}

function patterns(rows: ReleaseTable['leaveOut']): Release['leaveOut'] {
  let known = leftOut.get(rows);
  if (known === undefined) {
    known = rows.map((row) => ({ package: new RegExp(`^(?:${row.package})$`), why: row.why }));
    leftOut.set(rows, known);
  }
  return known;
}
