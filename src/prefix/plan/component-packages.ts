/** Which packages a prefix begins from: those that stand for the components asked for. Dependencies bring the rest. */
import { GpuSetupError } from '../../base/errors.ts';
import type { PackageIndex } from '../../apt/types.ts';
import { withImplied } from '../layout/layout.ts';
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

/**
 * @param libraries chosen cuDNN, NCCL and TensorRT, by component; a component that is not here is none of them
 * @throws GpuSetupError `component-unavailable`: the release has no such component, or the indexes lack its packages
 */
export function componentPackages(
  point: PointRelease,
  components: readonly Component[],
  libraries: ReadonlyMap<Component, ChosenLibrary>,
  indexes: readonly PackageIndex[],
): ComponentPackages {
  const roots = new Map<string, Set<Component>>();
  const warnings = new Set<string>();
  const add = (name: string, component: Component): void => {
    roots.set(name, (roots.get(name) ?? new Set()).add(component));
  };
  const sources = indexes.map(({ source }) => source.id).join(' and ');
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
    for (const names of set.need) {
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
    const named = set.whatNames.flatMap((metapackage) => namedBy(metapackage, point, indexes));
    for (const names of [...set.usual, ...named.map((name) => [name])]) {
      const name = firstHeld(names);
      if (name !== undefined) add(name, component);
      else warnings.add(`${names.join(' or ')} is not in ${sources}: "${component}" goes without it`);
    }
    for (const names of set.maybe) {
      const name = firstHeld(names);
      if (name !== undefined) add(name, component);
    }
  }
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

function unavailable(
  message: string,
  hint: string,
  details: { component: Component; packages?: readonly string[] },
): GpuSetupError {
  return new GpuSetupError('component-unavailable', message, { hint, details });
}
