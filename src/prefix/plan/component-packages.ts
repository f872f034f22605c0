/** Which packages a prefix begins from: those that stand for the components asked for. Dependencies bring the rest. */
import { GpuSetupError } from '../../base/errors.ts';
import type { PackageIndex } from '../../apt/types.ts';
import { nameOfGroup } from '../../compat/source-group.ts';
import { withImplied } from '../layout/layout.ts';
import { partsOfPackage, provesPart, servesParts, withNeeds } from '../layout/parts.ts';
import type { ChosenLibrary } from './choose-library.ts';
import { upstreamOf } from './package-version.ts';
import { packagesOf, type PointRelease } from './point-releases.ts';
import type { Component } from '../layout/component.ts';

export interface ComponentPackages {
  /** Package name to the components it is here for. */
  roots: ReadonlyMap<string, ReadonlySet<Component>>;
  warnings: readonly string[];
}

/** Components that need a library's header and link names, not only what a program loads. */
const DEVELOPS: readonly Component[] = ['compiler', 'libraries', 'static'];

/** What of a release is wanted. */
export interface ComponentChoice {
  components: readonly Component[];
  /** Of the toolkit, with what they need; null: all. */
  parts: readonly string[] | null;
  /** Of the parts, those that were named: an error where the indexes lack them. */
  named: readonly string[];
}

/**
 * @param libraries chosen cuDNN, NCCL and TensorRT, by component; a component that is not here is none of them
 * @throws GpuSetupError `component-unavailable`: the release has no such component, or the indexes lack its packages; `part-unavailable`
 */
export function componentPackages(
  point: PointRelease,
  { components, parts, named }: ComponentChoice,
  libraries: ReadonlyMap<Component, ChosenLibrary>,
  indexes: readonly PackageIndex[],
): ComponentPackages {
  const roots = new Map<string, Set<Component>>();
  const warnings = new Set<string>();
  const add = (name: string, component: Component): void => {
    roots.set(name, (roots.get(name) ?? new Set()).add(component));
  };
  const sources = nameOfGroup(indexes.map(({ source }) => source.id));
  const firstHeld = (names: readonly string[]): string | undefined =>
    names.find((name) => indexes.some((index) => index.packages(name).length > 0));

  const all = withImplied(components);
  for (const component of all) {
    const library = libraries.get(component);
    if (library !== undefined) {
      library.runtime.forEach((name) => add(name, component));
      if (all.some((one) => DEVELOPS.includes(one)))
        library.development.forEach((name) => add(name, component));
      if (all.includes('static')) library.static.forEach((name) => add(name, component));
      continue;
    }
    const set = point.release.roots[component];
    if (set === undefined) {
      throw unavailable(
        `there is nothing for the component "${component}" of CUDA ${point.release.cuda} in ${sources}`,
        `leave it out with --without ${component}`,
        { component },
      );
    }
    const wanted = (names: readonly string[]): boolean => names.some((name) => servesParts(name, parts));
    for (const names of set.need.filter(wanted)) {
      const name = firstHeld(names);
      if (name === undefined) {
        throw unavailable(
          `there is no ${names.join(' or ')} in ${sources}, which "${component}" of CUDA ${point.release.cuda} needs`,
          `choose another source with --source, or --without ${component}`,
          { component, packages: names },
        );
      }
      add(name, component);
    }
    const others = set.whatNames.flatMap((metapackage) => namedBy(metapackage, point, indexes));
    for (const names of [...set.usual, ...others.map((name) => [name])].filter(wanted)) {
      const name = firstHeld(names);
      if (name !== undefined) add(name, component);
      else warnings.add(`${names.join(' or ')} is not in ${sources}: "${component}" goes without it`);
    }
    for (const names of set.maybe.filter(wanted)) {
      const name = firstHeld(names);
      if (name !== undefined) add(name, component);
    }
  }
  if (parts !== null && all.some((one) => DEVELOPS.includes(one))) {
    const known = Object.values(point.release.roots).flatMap(({ need, usual, maybe }) =>
      [...need, ...usual, ...maybe].flat(),
    );
    for (const part of parts.filter((one) => ![...roots.keys()].some((name) => provesPart(name, one)))) {
      // Headers that every library needs come with the compiler in some releases: of the package only they are taken.
      const name = firstHeld(
        known
          .filter((one) => provesPart(one, part))
          .sort((a, b) => partsOfPackage(a).length - partsOfPackage(b).length),
      );
      if (name !== undefined) add(name, all[0]!);
    }
  }
  const held = (part: string): boolean => [...roots.keys()].some((name) => provesPart(name, part));
  const absent = withNeeds(named).find((part) => named.includes(part) && !held(part));
  if (absent !== undefined) throw partUnavailable(absent, point, sources);
  return { roots, warnings: [...warnings] };
}

/**
 * The packages of this release that its metapackage names. NVIDIA renames and splits (cuda-thrust, cuda-cccl, cccl), and
 * a name that no table has yet must not be missing silently.
 */
function namedBy(
  metapackage: string,
  { release, labels }: PointRelease,
  indexes: readonly PackageIndex[],
): readonly string[] {
  const one = packagesOf(metapackage, indexes).find(({ version }) => labels.includes(upstreamOf(version)));
  return (one?.depends ?? [])
    .flatMap(([first]) => first?.name ?? [])
    .filter(
      (name) =>
        name.endsWith(release.suffix ?? '') &&
        !release.metapackages.includes(name) &&
        !release.leaveOut.some((row) => row.package.test(name)),
    );
}

function partUnavailable(part: string, { release: { cuda } }: PointRelease, sources: string): GpuSetupError {
  return new GpuSetupError('part-unavailable', `there is no ${part} of CUDA ${cuda} in ${sources}`, {
    hint: `what there is: gpu-setup search cuda@${cuda}`,
    details: { part, cuda },
  });
}

function unavailable(
  message: string,
  hint: string,
  details: { component: Component; packages?: readonly string[] },
): GpuSetupError {
  return new GpuSetupError('component-unavailable', message, { hint, details });
}
