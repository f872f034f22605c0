/** What `gpu-setup smoke NAME` does: the name of a prefix, else of a recipe, or the path of one. */
import { resolve } from 'node:path';
import { GpuSetupError, usageError } from '../base/errors.ts';
import { TARGETS, type Target } from '../compat/targets.ts';
import { liveMachine } from '../machine/kinds/live.ts';
import { findPrefix, homesOf, type PrefixPlace } from '../prefix/home/prefixes.ts';
import { requireRunsHere } from '../prefix/use/foreign.ts';
import type { SmokeContext, SmokeResult } from '../smoke/context.ts';
import type { Rung } from '../smoke/ladder.ts';
import { smokeNetwork } from '../smoke/smoke-network.ts';
import { smokePrefix } from '../smoke/smoke-prefix.ts';
import { trustOf, type Caller } from './caller.ts';
import { findRecipe, namesAble } from './find-recipe.ts';
import { isRecipePath, loadRecipes } from './load.ts';
import type { Able } from './recipe.ts';
import { smokeScript } from './smoke-script.ts';

export interface SmokeRequest {
  /** Of a prefix or recipe; or path of a recipe's folder. */
  name: string;
  /** The last rung that is climbed. */
  upTo?: Rung | undefined;
  /** Id of the device whose frame rate counts; else the recipe's. */
  target?: string | undefined;
  /** A darknet in place of the one that was built in this home. */
  darknet?: string | undefined;
  /** Digest of a recipe of others that may run, or its beginning. */
  trust?: string | undefined;
}

/**
 * @throws GpuSetupError `unknown-prefix`, `option-without-effect` (exit code 2); and what the ladders throw (`smokePrefix`,
 *   `smokeNetwork`, `smokeScript`)
 */
export async function smoke(request: SmokeRequest, caller: Caller): Promise<SmokeResult> {
  const { name, target, darknet } = request;
  const { folders, cwd, env, emit, signal } = caller;
  const context: SmokeContext = {
    machine: liveMachine({ env }),
    env,
    home: folders.home,
    homes: homesOf(folders),
    upTo: request.upTo ?? null,
    emit,
    signal,
  };
  const found = await prefixOrRecipe(name, caller);
  if ('path' in found) {
    await refuseForNetworks(request, `a prefix ("${name}") trains no network`, folders.config);
    await requireRunsHere(found, env);
    return smokePrefix(found, context);
  }
  if (found.smoke.kind === 'script') {
    await refuseForNetworks(request, `${name} trains no network with darknet`, folders.config);
    const trust = trustOf(caller, request.trust, commandOf(request));
    return smokeScript(found, { ...context, trust, self: caller.self });
  }
  const program = darknet === undefined ? null : resolve(cwd, darknet);
  return smokeNetwork(
    found.name,
    found.smoke,
    targetOf(target ?? found.smoke.inference.target),
    program,
    context,
  );
}

/** A prefix comes first: what is installed under a name is what the name means here. */
async function prefixOrRecipe(name: string, { folders, cwd }: Caller): Promise<PrefixPlace | Able<'smoke'>> {
  if (isRecipePath(name)) return findRecipe(name, 'smoke', { config: folders.config, cwd });
  const place = await findPrefix(folders, name).catch(noPrefix);
  if (!(place instanceof GpuSetupError)) return place;
  try {
    return await findRecipe(name, 'smoke', { config: folders.config, cwd });
  } catch (error) {
    if (!(error instanceof GpuSetupError) || error.code !== 'unknown-prefix') throw error;
    // It may be one of the prefixes that cannot be seen.
    throw place.code === 'unknown-prefix' ? neither(name, error, place) : place;
  }
}

/** What is no prefix, or cannot be looked up as one, may still be a recipe. */
function noPrefix(error: unknown): GpuSetupError {
  if (error instanceof GpuSetupError && ['unknown-prefix', 'prefix-unreadable'].includes(error.code))
    return error;
  throw error;
}

/** Both answers, as one. */
function neither(name: string, recipe: GpuSetupError, prefix: GpuSetupError): GpuSetupError {
  return new GpuSetupError(prefix.code, `no prefix is named "${name.slice(0, 80)}", and ${recipe.message}`, {
    hint: [...new Set([...recipe.hints, ...prefix.hints])],
    details: { ...recipe.details, ...prefix.details },
  });
}

/** @throws GpuSetupError `option-without-effect` (exit code 2) */
async function refuseForNetworks(request: SmokeRequest, why: string, config: string): Promise<void> {
  const given = (['darknet', 'target'] as const).find((name) => request[name] !== undefined);
  if (given === undefined) return;
  const recipes = await loadRecipes(config);
  const networks = namesAble('smoke', recipes).filter((name) => recipes.get(name)?.smoke?.kind === 'network');
  throw usageError('option-without-effect', `--${given} has no effect here: ${why}`, {
    hint: `it is for recipes that do (${networks.join(', ')}): gpu-setup smoke ${networks[0] ?? 'RECIPE'} --${given} VALUE`,
  });
}

function targetOf(id: string): Target {
  const found = TARGETS.find((target) => target.id === id);
  if (found !== undefined) return found;
  throw usageError('unknown-target', `there is no target "${id.slice(0, 80)}"`, {
    hint: `targets are ${TARGETS.map((target) => target.id).join(', ')}`,
  });
}

/** The same call again, as it would be typed. */
function commandOf({ name, upTo }: SmokeRequest): string[] {
  return ['gpu-setup', 'smoke', name, ...(upTo === undefined ? [] : ['--upto', upTo])];
}
