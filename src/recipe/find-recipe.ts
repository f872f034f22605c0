/** The recipe that a word of a call means, and the answer where it is none or cannot do what was asked of it. */
import type { ErrorCode } from '../base/error-codes.ts';
import { GpuSetupError } from '../base/errors.ts';
import { shellLine } from '../base/processes/shell-line.ts';
import { nearest } from '../base/suggest.ts';
import { isRecipePath, loadRecipeAt, loadRecipes } from './load.ts';
import { CAPABILITIES, type Able, type Capability, type Recipe } from './recipe.ts';

/** Where recipes are looked for. */
export interface RecipePlaces {
  /** The folder of the configuration. */
  config: string;
  /** The caller's: paths of recipes are relative to it. */
  cwd: string;
}

/** How a capability is spoken of, and the codes of what lacks it. */
const WORDS: Readonly<Record<Capability, { done: string; unknown: ErrorCode; lacking: ErrorCode }>> = {
  install: { done: 'installed', unknown: 'unknown-recipe', lacking: 'not-installable' },
  build: { done: 'built', unknown: 'unknown-recipe', lacking: 'nothing-to-build' },
  // A name is first of all that of a prefix.
  smoke: { done: 'smoke-tested', unknown: 'unknown-prefix', lacking: 'unknown-prefix' },
  prepare: { done: 'prepared', unknown: 'nothing-to-prepare', lacking: 'nothing-to-prepare' },
};

/**
 * @param word a name, or the path of a recipe's folder
 * @throws GpuSetupError (exit code 2) of `unknownRecipe` and `lacks`; what reading recipes throws
 */
export async function findRecipe<C extends Capability>(
  word: string,
  capability: C,
  { config, cwd }: RecipePlaces,
): Promise<Able<C>> {
  const recipes = await loadRecipes(config);
  const recipe = isRecipePath(word) ? await loadRecipeAt(word, cwd) : recipes.get(word);
  if (recipe === undefined) throw unknownRecipe(word, capability, recipes);
  if (!can(recipe, capability)) throw lacks(recipe, capability, recipes);
  return recipe;
}

export function can<C extends Capability>(recipe: Recipe, capability: C): recipe is Able<C> {
  return recipe[capability] !== null;
}

export function capabilitiesOf(recipe: Recipe): Capability[] {
  return CAPABILITIES.filter((capability) => can(recipe, capability));
}

function unknownRecipe(
  word: string,
  capability: Capability,
  recipes: ReadonlyMap<string, Recipe>,
): GpuSetupError {
  const able = namesAble(capability, recipes);
  const meant = nearestRecipes(word, capability, recipes);
  const others = meant.flatMap((name) => (able.includes(name) ? [] : [recipes.get(name)!]));
  return new GpuSetupError(WORDS[capability].unknown, `there is no recipe "${word.slice(0, 80)}"`, {
    hint: [
      ...(meant.length > 0 ? [`did you mean ${meant.join(' or ')}?${others.map(whatItCan).join('')}`] : []),
      ...(meant.length === others.length ? [whatCan(capability, able)] : []),
    ],
    details: { recipe: word, nearest: meant, recipes: able },
  });
}

/** Names that may have been meant: of recipes that can do it, else of any. */
export function nearestRecipes(
  word: string,
  capability: Capability,
  recipes: ReadonlyMap<string, Recipe>,
): string[] {
  const close = nearest(word, namesAble(capability, recipes), 2);
  return close.length > 0 ? close : nearest(word, recipes.keys(), 1);
}

/** "yolov4-nano can be smoke-tested and prepared, it is not built" */
export function lacks(
  recipe: Recipe,
  capability: Capability,
  recipes: ReadonlyMap<string, Recipe>,
): GpuSetupError {
  const { address } = recipe;
  const has = capabilitiesOf(recipe);
  const able = namesAble(capability, recipes);
  const { lacking, done } = WORDS[capability];
  return new GpuSetupError(
    lacking,
    `${address} can be ${and(has.map((one) => WORDS[one].done))}, it is not ${done}`,
    {
      hint: [...has.map((one) => shellLine(['gpu-setup', one, address])), whatCan(capability, able)],
      details: { recipe: address, capabilities: has, recipes: able },
    },
  );
}

/** Names of the recipes that can do it. */
export function namesAble(capability: Capability, recipes: ReadonlyMap<string, Recipe>): string[] {
  return [...recipes.values()].filter((recipe) => can(recipe, capability)).map(({ name }) => name);
}

function whatItCan(recipe: Recipe): string {
  return ` (it can be ${and(capabilitiesOf(recipe).map((one) => WORDS[one].done))})`;
}

function whatCan(capability: Capability, names: readonly string[]): string {
  return `what can be ${WORDS[capability].done}: ${names.join(', ')}`;
}

function and(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`;
}
