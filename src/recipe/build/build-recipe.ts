/** What `gpu-setup build RECIPE` does. */
import { loadSources } from '../../apt/sources/sources.ts';
import type { Emit } from '../../base/events.ts';
import type { Folders } from '../../base/folders.ts';
import type { BuildRecord } from '../../machine/records/build-record.ts';
import { homesOf } from '../../prefix/home/prefixes.ts';
import { findRecipe } from '../find-recipe.ts';
import type { Trust } from '../trust.ts';
import { build } from './build.ts';
import { buildRequestOf, type BuildOptions } from './build-request.ts';

export interface BuildRecipeRequest extends BuildOptions {
  /** Name of a recipe, or path of its folder. */
  recipe: string;
  /** Digest of a recipe of others that may run, or its beginning. */
  trust?: string | undefined;
}

export interface BuildRecipeContext {
  folders: Folders;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  emit: Emit;
  signal: AbortSignal;
  /** Asks whether the scripts of others may run; null where nobody can be asked. */
  consent: Trust['consent'];
  /** Every line that the build prints. */
  onLine?: ((line: string) => void) | undefined;
  /** How this program is started; for tests, which run inside another one. */
  self?: readonly [string, ...string[]] | undefined;
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
    cache,
    env,
    apt: { cache, emit, signal },
    sources: await loadSources(config),
    signal,
    homes: homesOf(folders),
    trust: {
      config,
      given: request.trust ?? null,
      consent: context.consent,
      command: commandOf(request),
      emit,
    },
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
