/** What `gpu-setup build RECIPE` does. */
import type { Mirrors } from '../../apt/sources/mirrors.ts';
import { loadSources } from '../../apt/sources/sources.ts';
import type { BuildRecord } from '../../machine/records/build-record.ts';
import { homesOf } from '../../prefix/home/prefixes.ts';
import { trustOf, type Caller } from '../caller.ts';
import { findRecipe } from '../find-recipe.ts';
import { build } from './build.ts';
import { buildRequestOf, type BuildOptions } from './build-request.ts';

export interface BuildRecipeRequest extends BuildOptions {
  /** Name of a recipe, or path of its folder. */
  recipe: string;
  /** Digest of a recipe of others that may run, or its beginning. */
  trust?: string | undefined;
}

export interface BuildRecipeContext extends Caller {
  /** Every line that the build prints. */
  onLine?: ((line: string) => void) | undefined;
  /** Other addresses of sources, from the configuration. */
  mirrors?: Mirrors | undefined;
}

/**
 * @throws GpuSetupError `build-failed` with `details.diagnoses`: what its log says is wrong; and what finding the recipe
 *   (`findRecipe`), choosing (`buildRequestOf`), consent (`requireTrust`) and building (`build`) throw
 */
export async function buildRecipe(
  request: BuildRecipeRequest,
  context: BuildRecipeContext,
): Promise<{ status: 'built' | 'reused'; record: BuildRecord }> {
  const { folders, env, emit, signal, onLine, self } = context;
  const { home, config, cache } = folders;
  const recipe = await findRecipe(request.recipe, 'build', { config, cwd: context.cwd });
  return build(await buildRequestOf(recipe, request, context), {
    home,
    env,
    apt: { cache, emit, signal },
    sources: await loadSources(config, context.mirrors),
    signal,
    homes: homesOf(folders),
    trust: trustOf(context, request.trust, commandOf(request)),
    ...(onLine === undefined ? {} : { onLine }),
    ...(self === undefined ? {} : { self }),
  });
}

/** The same call again, as it would be typed; the address of an index may hold a password. */
function commandOf({ recipe, prefix, source, assumeGpu, indexUrl }: BuildRecipeRequest): string[] {
  const index = indexUrl === undefined ? undefined : 'URL';
  const options = { prefix, source, 'assume-gpu': assumeGpu, 'index-url': index };
  const given = Object.entries(options).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return ['gpu-setup', 'build', recipe, ...given.flatMap(([name, value]) => [`--${name}`, value])];
}
