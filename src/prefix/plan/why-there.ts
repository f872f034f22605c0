/** Why each package of a prefix is there, as its lock tells: what asked for it, and which others need it. Pure. */
import type { Component } from '../layout/component.ts';
import type { Pin } from './lockfile.ts';
import { COMPONENT_OF_SPEC, formatSpec } from './spec.ts';

export interface Why {
  /** Components that it is there for. */
  components: readonly Component[];
  /** What was asked for that these stand for: "cuda@10.0", "cudnn@7.5"; empty where a component was named without a version. */
  specs: readonly string[];
  /** Packages of the prefix that need it; empty: none does, its components begin from it. Null: the lock, an older one, does not say. */
  neededBy: readonly string[] | null;
}

/** By the name of the package. */
export function whyThere({ request, packages }: Pick<Pin, 'request' | 'packages'>): ReadonlyMap<string, Why> {
  const saysNeeds = packages.every(({ needs }) => needs !== undefined);
  const neededBy = new Map<string, string[]>(packages.map(({ name }) => [name, []]));
  for (const { name, needs = [] } of packages) for (const one of needs) neededBy.get(one)?.push(name);
  const asking = (component: Component): string | undefined => {
    const isOfToolkit = !Object.values(COMPONENT_OF_SPEC).includes(component);
    const spec = request.specs.find(({ name }) =>
      isOfToolkit ? name === 'cuda' : COMPONENT_OF_SPEC[name] === component,
    );
    return spec === undefined ? undefined : formatSpec(spec);
  };
  return new Map(
    packages.map(({ name, components }) => [
      name,
      {
        components,
        specs: [...new Set(components.flatMap((one) => asking(one) ?? []))],
        neededBy: saysNeeds ? neededBy.get(name)! : null,
      },
    ]),
  );
}
