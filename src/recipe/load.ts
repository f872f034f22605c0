/**
 * The recipes there are: built-in ones, the user's own in <config>/recipes/<name>/, and one that is addressed by the path
 * of its folder. All are read in one way, whatever they can do.
 */
import { createHash } from 'node:crypto';
import { readdir, realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import builtIn from 'assets:recipes';
import { systemCode, usageError } from '../base/errors.ts';
import { LazyMap } from '../base/lazy-map.ts';
import { configurationPart } from '../base/files/configuration-folder.ts';
import type { Licence } from '../prefix/plan/licence.ts';
import { BUILT_IN, type Recipe } from './recipe.ts';
import {
  builtInFiles,
  builtInNames,
  DEFINITION,
  filesOf,
  readRecipeFolder,
  readText,
  unreadable,
  type RecipeFiles,
} from './recipe-files.ts';
import { LICENCES, recipeSchema } from './schema.ts';
import { badRecipe, parseYaml } from './yaml-file.ts';

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Recipes by name, sorted. One of the user's takes the place of a built-in one of the same name; files that it does not
 * bring are those of the built-in one: so a mirror or another commit is all that it needs to say.
 *
 * @throws GpuSetupError `bad-recipe`: file, line, what was expected; `recipe-unreadable`; `config-unsafe`
 */
export async function loadRecipes(configFolder: string): Promise<ReadonlyMap<string, Recipe>> {
  // The user's are read at once, so that one that is wrong is heard of; of the built-in ones most calls need one.
  const recipes = new Map<string, () => Recipe>();
  for (const name of builtInNames()) {
    recipes.set(name, () => {
      const files = filesOf({ files: builtInFiles(name), leftOut: new Map() });
      return readRecipe(files, { name, address: name, from: BUILT_IN });
    });
  }
  for (const name of await foldersIn(await configurationPart(configFolder, 'recipes'))) {
    const from = join(configFolder, 'recipes', name);
    if ((await configurationPart(from, DEFINITION)) === null) continue;
    const own = await readRecipeFolder(from);
    if (own === null) continue;
    checkName(name, join(from, DEFINITION));
    const files = filesOf({ ...own, files: new Map([...builtInFiles(name), ...own.files]) });
    const recipe = readRecipe(files, { name, address: name, from });
    recipes.set(name, () => recipe);
  }
  // cuda9 before cuda10.
  return new LazyMap([...recipes].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

/** The same, and with them what the words name by the path of a folder. @throws what `loadRecipes` and `loadRecipeAt` throw */
export async function loadRecipesFor(
  words: readonly string[],
  { config, cwd }: { config: string; cwd: string },
): Promise<ReadonlyMap<string, Recipe>> {
  const named = await loadRecipes(config);
  const paths = words.filter(isRecipePath);
  if (paths.length === 0) return named;
  const recipes = new Map(named);
  for (const path of paths) recipes.set(path, await loadRecipeAt(path, cwd));
  return recipes;
}

/** Whether a word addresses a recipe by its folder; names hold no slash. */
export function isRecipePath(word: string): boolean {
  return word.includes('/');
}

/**
 * The recipe in a folder. Its name ends in a few digits made of the path: what it leaves in a home never takes the place
 * of what another recipe left there.
 *
 * @param typed as the user wrote it, relative to `cwd`
 * @throws GpuSetupError (exit code 2) `unknown-recipe`; `bad-recipe`, `recipe-unreadable`
 */
export async function loadRecipeAt(typed: string, cwd: string): Promise<Recipe> {
  const from = resolve(cwd, typed);
  const own = await readRecipeFolder(from);
  if (own === null) {
    throw usageError('unknown-recipe', `there is no recipe in ${from}: it holds no ${DEFINITION}`, {
      hint: 'name the folder that holds it; gpu-setup recipes lists those that have a name',
      details: { recipe: typed },
    });
  }
  const real = await realpath(from);
  const folder = basename(real);
  checkName(folder, join(from, DEFINITION));
  const digits = createHash('sha256').update(real).digest('hex').slice(0, 8);
  return readRecipe(filesOf(own), { name: `${folder.slice(0, 50)}-${digits}`, address: typed, from });
}

/** @throws GpuSetupError `bad-recipe` */
export function readRecipe(recipe: RecipeFiles, called: Pick<Recipe, 'name' | 'address' | 'from'>): Recipe {
  const file =
    called.from === BUILT_IN ? `recipes/${called.name}/${DEFINITION}` : join(called.from, DEFINITION);
  const wrong = (what: string): Error => badRecipe(file, 1, what);
  const definition = recipe.files.get(DEFINITION);
  if (definition === undefined) throw wrong(recipe.leftOut.get(DEFINITION) ?? 'there is none');
  const text = readText(definition);
  if (text === null) throw wrong('not text in UTF-8');
  const { smoke, ...parsed } = parseYaml(text, file, recipeSchema(recipe));
  const known = new Set(loadLicences().map(({ id }) => id));
  const unknown = parsed.licences.find((id) => !known.has(id));
  if (unknown !== undefined) throw wrong(`licences: "${unknown}" is none of ${[...known].join(', ')}`);
  if (parsed.build !== null && !recipe.files.has('build.mjs')) {
    throw wrong(`build: expected a build.mjs beside it${whyLeftOut(recipe, 'build.mjs')}`);
  }
  const script = recipe.files.has('smoke.mjs') ? { kind: 'script' as const } : null;
  const whole = { ...called, ...parsed, smoke: smoke ?? script, files: recipe };
  if ([whole.install, whole.build, whole.smoke, whole.prepare].every((one) => one === null)) {
    throw wrong('expected at least one of install, build, smoke, prepare (or a smoke.mjs beside it)');
  }
  return whole;
}

let licences: readonly Licence[] | undefined;

/** All licences that are known, in the order of recipes/licences.yaml: every recipe is held against them, so read once. */
export function loadLicences(): readonly Licence[] {
  return (licences ??= parseYaml(builtIn['licences.yaml'] ?? '', 'recipes/licences.yaml', LICENCES));
}

function whyLeftOut({ leftOut }: RecipeFiles, path: string): string {
  const why = leftOut.get(path);
  return why === undefined ? '' : `; ${path}: ${why}`;
}

/** Folders are what recipes are called. */
function checkName(name: string, file: string): void {
  if (NAME.test(name)) return;
  throw badRecipe(file, 1, `"${name}" cannot be a recipe's name: small letters, digits, dots and dashes`);
}

async function foldersIn(folder: string | null): Promise<string[]> {
  if (folder === null) return [];
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
