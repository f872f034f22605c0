/** Which sources a request may be made from: groups that are opened together, most preferred first. */
import type { Source } from '../apt/types.ts';
import { PACKAGE_ARCHITECTURES, type PackageArchitecture } from '../base/architecture.ts';
import { GpuSetupError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { allReleases, groupsFor, isInTable, withCompanions } from '../compat/releases.ts';
import { distinctGroups, type SourceGroup } from '../compat/source-group.ts';
import type { Spec } from '../prefix/plan/request.ts';
import { formatSpec } from '../prefix/plan/spec.ts';
import type { Able } from './recipe.ts';

/** What a request is made for, and from. */
export interface RequestContext {
  architecture: PackageArchitecture;
  /** By id: which architectures each serves. */
  sources: ReadonlyMap<string, Source>;
}

/**
 * The recipe's groups, then those that a table takes to hold the release, then what else the user has configured; as far
 * as they serve the architecture. What is switched off gives way to what is not. A source that no file describes is left
 * in: opening it says what is missing.
 *
 * @throws GpuSetupError `architecture-not-served`
 */
export function groupsServing(
  recipe: Able<'install'> | null,
  specs: readonly Spec[],
  { architecture, sources }: RequestContext,
): readonly SourceGroup[] {
  const version = specs.find(({ name }) => name === 'cuda')?.version ?? null;
  const own = [...sources.values()].filter(({ id, packaging }) => !isInTable(id) && packaging !== 'debian');
  const serving = (one: PackageArchitecture): readonly SourceGroup[] => {
    const groups = [...(recipe?.install.sources ?? []), ...groupsFor(version, one)];
    const named = new Set(groups.flat());
    const others = own.filter(({ id }) => !named.has(id)).map(({ id }) => [id]);
    return distinctGroups([...groups, ...others]).filter((group) =>
      group.every((id) => sources.get(id)?.architectures.includes(one) ?? true),
    );
  };
  const groups = serving(architecture);
  if (groups.length === 0) {
    throw notServed(
      recipe?.name ?? `CUDA ${version ?? ''}`.trimEnd(),
      architecture,
      PACKAGE_ARCHITECTURES.filter((one) => serving(one).length > 0),
    );
  }
  const enabled = groups.filter((group) => group.every((id) => sources.get(id)?.enabled ?? true));
  return enabled.length > 0 ? enabled : groups;
}

/**
 * The groups that a source is part of; where none is listed for this request, the source with what belongs to it.
 *
 * @throws GpuSetupError `unknown-source`
 */
export function groupsOfSource(
  source: string,
  groups: readonly SourceGroup[],
  { architecture, sources }: RequestContext,
): readonly SourceGroup[] {
  const holding = groups.filter((group) => group.includes(source));
  if (holding.length > 0) return holding;
  const known = sources.get(source);
  if (known?.architectures.includes(architecture) === true) {
    return [withCompanions(source).filter((id) => sources.has(id))];
  }
  const ids = [...new Set(groups.flat())];
  const near = nearest(source, known === undefined ? [...new Set([...ids, ...sources.keys()])] : [], 1)[0];
  throw new GpuSetupError(
    'unknown-source',
    known === undefined
      ? `there is no source "${source}"`
      : `${source} is a source for ${known.architectures.join(' and ')}, not for ${architecture}`,
    {
      hint: `${near === undefined ? '' : `did you mean ${near}? `}it can come from ${listed(ids)}`,
      details: { source, sources: ids },
    },
  );
}

/** More are counted. */
const LISTED = 12;

function listed(ids: readonly string[]): string {
  const more = ids.length - LISTED;
  return `${ids.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} others` : ''}`;
}

function notServed(
  what: string,
  architecture: PackageArchitecture,
  servedFor: readonly PackageArchitecture[],
): GpuSetupError {
  const releases = allReleases().filter(({ groups }) => (groups[architecture] ?? []).length > 0);
  const available = [...new Set(releases.map(({ cuda }) => cuda))];
  return new GpuSetupError(
    'architecture-not-served',
    `gpu-setup knows no source of ${what} for ${architecture}` +
      (servedFor.length === 0 ? '' : `, only for ${servedFor.join(' and ')}`),
    {
      hint: `for ${architecture} there is ${available.map((cuda) => formatSpec({ name: 'cuda', version: cuda })).join(', ')}`,
      details: { architecture, servedFor, available },
    },
  );
}
