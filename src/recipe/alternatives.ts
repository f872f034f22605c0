/** Which other groups of sources could serve a request whose own cannot be opened, by the tables of releases. Pure. */
import type { Alternative } from '../apt/index/open-sources.ts';
import { releasesFor, type Release } from '../compat/releases.ts';
import { isAmong, type SourceGroup } from '../compat/source-group.ts';
import type { Component } from '../prefix/layout/component.ts';
import { isLibraryName } from '../prefix/plan/choose-library.ts';
import type { PrefixRequest } from '../prefix/plan/request.ts';

/** Without those of which a table knows that they lack what the user asked for by name. */
export function alternativesTo(
  { specs, components, insisted = [], architecture }: PrefixRequest,
  groups: readonly SourceGroup[],
): readonly Alternative[] {
  const releases = releasesFor(specs.find(({ name }) => name === 'cuda')?.version ?? null);
  const lackedBy = (group: SourceGroup): readonly Component[] => {
    const held = releases.filter((release) => isAmong(group, release.groups[architecture] ?? []));
    return held.length === 0
      ? []
      : components.filter((one) => held.every((release) => isLacking(one, release)));
  };
  return groups
    .map((group) => ({ group, without: lackedBy(group) }))
    .filter(({ without }) => !without.some((one) => insisted.includes(one)));
}

/** Libraries with versions of their own are in no release's roots. */
function isLacking(component: Component, { roots, lacks }: Release): boolean {
  return isLibraryName(component) ? lacks.includes(component) : !(component in roots);
}
