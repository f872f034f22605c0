/** What `gpu-setup smoke NAME` does: the name of a prefix, else of a recipe, or the path of one. */
import { resolve } from 'node:path';
import { GpuSetupError, usageError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import type { Folders } from '../base/folders.ts';
import { TARGETS, type Target } from '../compat/targets.ts';
import { liveMachine } from '../machine/kinds/live.ts';
import { findPrefix, homesOf, type PrefixPlace } from '../prefix/home/prefixes.ts';
import type { SmokeContext, SmokeResult } from '../smoke/context.ts';
import type { Rung } from '../smoke/ladder.ts';
import { smokeNetwork } from '../smoke/smoke-network.ts';
import { smokePrefix } from '../smoke/smoke-prefix.ts';
import { findRecipe, namesAble } from './find-recipe.ts';
import { isRecipePath, loadRecipes } from './load.ts';
import type { Able } from './recipe.ts';
import { smokeScript } from './smoke-script.ts';
import type { Trust } from './trust.ts';

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

export interface SmokeCaller {
  folders: Folders;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  emit: Emit;
  signal: AbortSignal;
  /** Asks whether the scripts of others may run; null where nobody can be asked. */
  consent: Trust['consent'];
  /** How this program is started; for tests, which run inside another one. */
  self?: readonly [string, ...string[]] | undefined;
}

/**
 * @throws GpuSetupError `unknown-prefix`, `option-without-effect` (exit code 2); and what the ladders throw (`smokePrefix`,
 *   `smokeNetwork`, `smokeScript`)
 */
export async function smoke(request: SmokeRequest, caller: SmokeCaller): Promise<SmokeResult> {
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
    return smokePrefix(found, context);
  }
  if (found.smoke.kind === 'script') {
    await refuseForNetworks(request, `${name} trains no network with darknet`, folders.config);
    const trust: Trust = {
      config: folders.config,
      given: request.trust ?? null,
      consent: caller.consent,
      command: commandOf(request),
      emit,
    };
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
async function prefixOrRecipe(
  name: string,
  { folders, cwd }: SmokeCaller,
): Promise<PrefixPlace | Able<'smoke'>> {
  if (isRecipePath(name)) return findRecipe(name, 'smoke', { config: folders.config, cwd });
  const place = await findPrefix(folders, name).catch(unknownPrefix);
  if (!(place instanceof GpuSetupError)) return place;
  try {
    return await findRecipe(name, 'smoke', { config: folders.config, cwd });
  } catch (error) {
    throw error instanceof GpuSetupError && error.code === place.code ? neither(name, error, place) : error;
  }
}

function unknownPrefix(error: unknown): GpuSetupError {
  if (error instanceof GpuSetupError && error.code === 'unknown-prefix') return error;
  throw error;
}

/** Both answers, as one. */
function neither(name: string, recipe: GpuSetupError, prefix: GpuSetupError): GpuSetupError {
  const hints = [recipe.hint, prefix.hint].filter((hint) => hint !== undefined);
  return new GpuSetupError(prefix.code, `no prefix is named "${name.slice(0, 80)}", and ${recipe.message}`, {
    hint: [...new Set(hints)].join('\n'),
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
