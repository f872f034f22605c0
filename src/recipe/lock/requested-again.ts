/** What was asked for once, asked again: of the sources and recipes as they are now. */
import { isSameGroup, type SourceGroup } from '../../compat/source-group.ts';
import { can } from '../find-recipe.ts';
import type { Recipe } from '../recipe.ts';
import type { Requested } from '../request.ts';
import { groupsOfSource, groupsServing, type RequestContext } from '../source-groups.ts';
import type { PrefixRequest } from '../../prefix/plan/request.ts';

/**
 * The group that it came from is asked first: what can be had there does not move elsewhere.
 *
 * @throws GpuSetupError `architecture-not-served`, `unknown-source`
 */
export function requestedAgain(
  request: PrefixRequest,
  recipes: ReadonlyMap<string, Recipe>,
  { sources }: Pick<RequestContext, 'sources'>,
): Requested {
  const found = request.recipe === null ? undefined : recipes.get(request.recipe);
  const recipe = found !== undefined && can(found, 'install') ? found : null;
  const context = { architecture: request.architecture, sources };
  const serving = groupsServing(recipe, request.specs, context);
  const groups = request.source === undefined ? serving : groupsOfSource(request.source, serving, context);
  const isBefore = (group: SourceGroup): number => Number(isSameGroup(group, request.sources));
  const [first, ...others] = [...groups].sort((a, b) => isBefore(b) - isBefore(a));
  return { request: { ...request, sources: first! }, recipe, otherGroups: others };
}
