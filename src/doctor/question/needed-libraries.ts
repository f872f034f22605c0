/** Libraries that the frameworks of the Python here open by name, and that are not here, or not in the version they were built with. */
import { buildsMeant } from '../../compat/frameworks.ts';
import { compareDottedVersions, majorMinor, majorOf } from '../../compat/dotted-version.ts';
import { releasesOfSoname } from '../../compat/sonames.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts, InstalledFramework, NeededLibrary } from '../../machine/facts.ts';
import { counts as toolkitCounts } from '../../machine/questions/toolkit.ts';
import { evidence } from '../evidence.ts';
import { buildFor } from '../fix/framework.ts';
import { supplyLibrary } from '../fix/library.ts';
import { supplyCuda } from '../fix/toolkit.ts';
import type { Evidence, Finding, FixStep, Question, Subject } from '../types.ts';
import { installedFrameworks } from './installed-builds.ts';

export interface Missing {
  one: InstalledFramework;
  library: NeededLibrary;
  subject: Subject;
  /** Of a Python that is merely first on PATH it is information. */
  counts: boolean;
  seen: readonly Evidence[];
  /** Versions of the same that are here instead: "12.4"; of toolkits those alone that count. */
  others: readonly string[];
}

/** Nobody misses them where there is no GPU, or where programs are built and not run. */
export function missingLibraries(
  facts: Facts,
  question: Question,
  of: NeededLibrary['of'],
): readonly Missing[] {
  if (question.purpose === 'build' || (valueOf(facts.gpus) ?? []).length === 0) return [];
  return installedFrameworks(facts).flatMap(({ one, subject, counts, seen }) => {
    const library = one.libraries.find((needed) => needed.of === of && needed.found.state === 'absent');
    if (library === undefined) return [];
    const found = evidence(library.found, `${library.soname} for the loader`);
    const others = othersOf(library, facts, question);
    return [{ one, library, subject, counts, seen: [seen, found], others }];
  });
}

/** One that has it, where the loader does not look, is no other version. */
function othersOf(
  { of, soname, version: wanted }: NeededLibrary,
  facts: Facts,
  { needs }: Question,
): string[] {
  const versions =
    of === 'cuda'
      ? (valueOf(facts.toolkits) ?? [])
          .filter((toolkit) => toolkit.has.cudart && toolkitCounts(toolkit, needs))
          .map(({ version }) => (version === null ? null : majorMinor(version)))
          .filter((version) => version !== null && !releasesOfSoname(soname).includes(version))
      : (valueOf(facts.cudnn) ?? [])
          .filter(({ library }) => library)
          .map(({ version }) => version)
          .filter((version) => version !== null && majorOf(version) !== majorOf(wanted));
  return [...new Set(versions.filter((version) => version !== null))];
}

/** What it misses, and what is here of the same instead: nothing, or other versions. */
export function missingFinding(
  { one, library, subject, counts, seen, others }: Missing,
  facts: Facts,
): Finding {
  const { of, version, soname } = library;
  const builtFor = of === 'cuda' ? `for CUDA ${version}` : `with cuDNN ${version}`;
  const because =
    others.length === 0
      ? `needs ${soname}, which neither the loader finds nor pip has brought`
      : `was built ${builtFor} and finds no ${soname} (here: ${of === 'cuda' ? 'CUDA' : 'cuDNN'} ${others.join(', ')})`;
  return {
    subject,
    severity: counts ? 'error' : 'info',
    confidence: 'likely',
    summary: `${one.package} ${one.version} in this Python ${because}: it goes on without the GPU`,
    evidence: seen,
    fix: bringLibraries(one, library, facts),
  };
}

/** From the toolkit here that has it; where pip fetches them with the framework, by pip; else in a prefix. */
function bringLibraries(one: InstalledFramework, { soname }: NeededLibrary, facts: Facts): FixStep[] {
  const releases = releasesOfSoname(soname);
  const isHere = (valueOf(facts.toolkits) ?? []).some(
    ({ version, has }) => has.cudart && version !== null && releases.includes(majorMinor(version) ?? version),
  );
  if (isHere) return supplyLibrary(soname, facts, 'program');
  const builds = buildsMeant(one.framework, one.version);
  if (builds.length > 0 && builds.every(({ bundlesCuda }) => bundlesCuda))
    return buildFor(one.framework, { version: one.version }, facts);
  return supplyCuda({ cuda: one.cuda === null ? null : majorMinor(one.cuda), cudnn: one.cudnn }, facts);
}

/** A package of pip that is not the one that a framework was built with. */
export interface Outdated {
  one: InstalledFramework;
  subject: Subject;
  counts: boolean;
  seen: Evidence;
  /** "nvidia-cudnn-cu12" */
  name: string;
  installed: string;
  wanted: string;
}

/** "nvidia-cudnn-cu12" */
export const isCudnn = ({ name }: { name: string }): boolean => name.startsWith('nvidia-cudnn');

/** Older than what it was built with, or of another major than the very one that it asks for. */
export function outdatedPackages(facts: Facts): readonly Outdated[] {
  const installed = new Map(
    (valueOf(facts.python)?.nvidiaPackages ?? []).map(({ name, version }) => [name, version]),
  );
  return installedFrameworks(facts).flatMap(({ one, ...rest }) =>
    one.requires.flatMap(({ name, atLeast, exact }) => {
      const version = installed.get(name);
      if (version === undefined) return [];
      const isOlder = compareDottedVersions(version, atLeast) < 0;
      const isOther = exact && majorOf(version) !== majorOf(atLeast);
      return isOlder || isOther ? [{ one, ...rest, name, installed: version, wanted: atLeast }] : [];
    }),
  );
}
