/** The recipes there are: built-in ones, and the user's own in <config>/recipes/<name>/recipe.yaml. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import builtIn from 'assets:recipes';
import { GpuSetupError, messageOf, systemCode } from '../base/errors.ts';
import type { Licence } from '../prefix/plan/licence.ts';
import { LICENCES, RECIPE } from './schema.ts';
import type { Recipe } from './types.ts';
import { badRecipe, MAX_RECIPE_BYTES, parseYaml } from './yaml-file.ts';

/** `Recipe.from` of the recipes that come with the program. */
export const BUILT_IN = 'built-in';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Recipes by name, sorted. One of the user's takes the place of a built-in one of the same name.
 * @throws GpuSetupError `bad-recipe`: file, line, what was expected; `recipe-unreadable`
 */
export async function loadRecipes(configFolder: string): Promise<ReadonlyMap<string, Recipe>> {
  const recipes = new Map<string, Recipe>();
  for (const [path, text] of Object.entries(builtIn)) {
    const name = /^([^/]+)\/recipe\.yaml$/.exec(path)?.[1];
    if (name !== undefined) recipes.set(name, parseRecipe(text, name, BUILT_IN, `recipes/${path}`));
  }
  const folder = join(configFolder, 'recipes');
  for (const name of await foldersIn(folder)) {
    const file = join(folder, name, 'recipe.yaml');
    const text = await readText(file);
    if (text === null) continue;
    if (!NAME.test(name)) {
      throw badRecipe(file, 1, `"${name}" cannot be a recipe's name: small letters, digits, dots and dashes`);
    }
    recipes.set(name, parseRecipe(text, name, join(folder, name), file));
  }
  // cuda9 before cuda10.
  return new Map([...recipes].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

/** @throws GpuSetupError `bad-recipe` */
export function parseRecipe(text: string, name: string, from: string, file: string): Recipe {
  const recipe = parseYaml(text, file, RECIPE);
  const known = new Set(loadLicences().map(({ id }) => id));
  const unknown = recipe.licences.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw badRecipe(file, 1, `licences: "${unknown}" is none of ${[...known].join(', ')}`);
  }
  return { name, from, ...recipe };
}

/** All licences that are known, in the order of recipes/licences.yaml. */
export function loadLicences(): readonly Licence[] {
  return parseYaml(builtIn['licences.yaml'] ?? '', 'recipes/licences.yaml', LICENCES);
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw unreadable(folder, error);
  }
}

/** Null where there is no such file. */
async function readText(file: string): Promise<string | null> {
  try {
    const { size } = await stat(file);
    if (size > MAX_RECIPE_BYTES)
      throw badRecipe(file, 1, `larger than ${MAX_RECIPE_BYTES} bytes: not a recipe`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof GpuSetupError) throw error;
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    if (error instanceof TypeError) throw badRecipe(file, 1, 'not text in UTF-8');
    throw unreadable(file, error);
  }
}

function unreadable(path: string, error: unknown): GpuSetupError {
  return new GpuSetupError('recipe-unreadable', `${path} cannot be read: ${messageOf(error)}`, {
    hint: 'make it readable, or move it away',
    cause: error,
  });
}
