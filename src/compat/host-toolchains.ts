/**
 * Where a prefix's own host compiler can come from: archives of distributions that still package a gcc which newer ones
 * have dropped. Data: data/host-toolchains.json, and what data/distributions.json says of each distribution.
 */
import type { PackageArchitecture } from '../base/architecture.ts';
import table from './data/host-toolchains.json' with { type: 'json' };
import { DISTRIBUTIONS } from './distributions.ts';
import { compareDottedVersions, majorOf } from './dotted-version.ts';
import { glibcLimitsOf } from './glibc.ts';
import { hostCompilersForCuda } from './host-compilers.ts';
import { knownCudas } from './releases.ts';
import { mayMeanVersion } from './version-range.ts';

export interface ToolchainSource {
  /** Of the apt source. */
  id: string;
  /** "2.31" */
  glibc: string;
  /** Of what it packages, those that will do, the newest first: "10", "4.9". */
  gcc: readonly string[];
}

/** Majors of gcc, inclusive; null: not known. */
export interface AcceptedGcc {
  min: number | null;
  max: number | null;
}

/** What a toolkit's headers accept, as far as the table knows the release: "10.0.130". */
export function acceptedGcc(cuda: string): AcceptedGcc {
  const row = hostCompilersForCuda(cuda);
  const isKnown = (field: string): boolean => row !== null && !row.recalled.includes(field);
  return { min: isKnown('gccMin') ? row!.gccMin : null, max: isKnown('gccMax') ? row!.gccMax : null };
}

/** @param gcc as in package names: "10", "4.9" */
export function isAccepted(gcc: string, { min, max }: AcceptedGcc): boolean {
  const major = majorOf(gcc) ?? 0;
  return (min === null || major >= min) && (max === null || major <= max);
}

/** The package that brings a C++ compiler with all that it needs: "g++-10". */
export const toolchainRoot = (gcc: string): string => table.root.replace('*', gcc);

/** "10" of "g++-10"; null for any other package. */
export function gccOfRoot(name: string): string | null {
  const [before, after] = table.root.split('*') as [string, string];
  const gcc = name.slice(before.length, name.length - after.length);
  return name === toolchainRoot(gcc) && /^\d+(?:\.\d+)?$/.test(gcc) ? gcc : null;
}

const LEFT_OUT = table.leaveOut.map((row) => new RegExp(`^(?:${row.package})$`));

/** Whether dependencies name a package that a compiler does without. */
export const isLeftOut = (name: string): boolean => LEFT_OUT.some((pattern) => pattern.test(name));

/**
 * Archives that have a gcc which a toolkit accepts, and a C library whose headers it can read. The newest gcc comes first; where
 * several have it the oldest C library, since what is compiled with it runs wherever that one or a newer one is.
 *
 * @param wanted version or range of gcc that was asked for; null: the newest that is accepted
 */
export function toolchainSources(
  cuda: string,
  wanted: string | null,
  architecture: PackageArchitecture,
): readonly ToolchainSource[] {
  const accepted = acceptedGcc(cuda);
  const limits = glibcLimitsOf(cuda).filter(({ purpose }) => purpose === 'build');
  return table.sources
    .filter((row) => row.architecture === architecture)
    .flatMap(({ id, codename }): ToolchainSource[] => {
      const distribution = DISTRIBUTIONS.find((one) => one.codename === codename);
      if (distribution === undefined) throw new TypeError(`no distribution has the codename ${codename}`);
      const { glibc, gccPackaged } = distribution;
      const gcc = gccPackaged
        .filter((one) => isAccepted(one, accepted) && (wanted === null || mayMeanVersion(one, wanted)))
        .toReversed();
      const clashes = limits.some((limit) => compareDottedVersions(glibc, limit.glibc) >= 0);
      return gcc.length === 0 || clashes ? [] : [{ id, glibc, gcc }];
    })
    .sort(
      (a, b) =>
        compareDottedVersions(b.gcc[0]!, a.gcc[0]!) ||
        compareDottedVersions(a.glibc, b.glibc) ||
        (a.id < b.id ? -1 : 1),
    );
}

/** Every gcc that these archives have for an architecture, the newest first: "14", ..., "4.7". */
export function gccsOffered(architecture: PackageArchitecture): readonly string[] {
  const codenames = new Set<string | null>(
    table.sources.flatMap((row) => (row.architecture === architecture ? [row.codename] : [])),
  );
  const all = DISTRIBUTIONS.flatMap(({ codename, gccPackaged }) =>
    codenames.has(codename) ? gccPackaged : [],
  );
  return [...new Set(all)].sort((a, b) => compareDottedVersions(b, a));
}

/** Whether this table has an archive of that name. */
export const isToolchainSource = (id: string): boolean => table.sources.some((one) => one.id === id);

/**
 * The CUDA releases that a compiler of an archive may be installed with, newest first: "11.8". Of an archive that is not in the
 * table its C library is not known.
 *
 * @param gcc as in package names: "10", "4.9"
 */
export function cudasTaking(gcc: string, id: string, architecture: PackageArchitecture): readonly string[] {
  return knownCudas().filter((cuda) =>
    isToolchainSource(id)
      ? toolchainSources(cuda, gcc, architecture).some((one) => one.id === id)
      : isAccepted(gcc, acceptedGcc(cuda)),
  );
}
