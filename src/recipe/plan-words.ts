/** What the words of a call want of a plan: recipes stand for what they install, load or are compiled with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../base/errors.ts';
import { frameworkNamed } from '../compat/frameworks.ts';
import { isPlainVersion } from '../compat/version-range.ts';
import { mergeWanted } from '../stack/merge-wanted.ts';
import type { Wanted } from '../stack/types.ts';
import { isPlanned, parseWanted } from '../stack/wanted.ts';
import type { RecipePlaces } from './find-recipe.ts';
import type { Recipe } from './recipe.ts';

/**
 * @param words `tensorflow@1.9`, `cuda@10.0 cudnn@7.5`, recipes by name or path
 * @throws GpuSetupError (exit code 2) what `wantedOf` and the reading of recipes throw
 */
export async function wantedOfWords(
  words: readonly string[],
  { config, cwd }: RecipePlaces,
): Promise<readonly Wanted[]> {
  if (words.every((word) => isSpec(word, config))) return wantedOf(words, new Map());
  // Recipes are read only where one may be meant: they cost more than the plan itself.
  const { loadRecipesFor } = await import('./load.ts');
  return wantedOf(words, await loadRecipesFor(words, { config, cwd }));
}

/** Whether a word can be no recipe's name; one of the user's own may be called as a framework is. */
function isSpec(word: string, config: string): boolean {
  return /^[^/@]+@/.test(word) || (isPlanned(word) && !existsSync(join(config, 'recipes', word)));
}

/** @throws GpuSetupError (exit code 2) `spec-twice`; what `parseWanted` and `mergeWanted` throw */
export function wantedOf(words: readonly string[], recipes: ReadonlyMap<string, Recipe>): readonly Wanted[] {
  const needs = words.flatMap((word) => recipes.get(word) ?? []).map(wantedOfRecipe);
  const typed = words
    .filter((word) => !recipes.has(word))
    .map((word) => parseWanted(word, [...recipes.keys()]));
  refuseTwice(typed);
  // As with install: what is typed beside a recipe alone takes the place of its libraries, and narrows its CUDA.
  const isOfRecipes = needs.length > 0 && typed.every(({ name }) => frameworkNamed(name) === null);
  return mergeWanted(isOfRecipes ? needs.flatMap((own) => changed(own, typed)) : [...typed, ...needs.flat()]);
}

function changed(own: readonly Wanted[], typed: readonly Wanted[]): Wanted[] {
  const { recipe, recipeBuilds } = own[0]!;
  const replaced = new Set(typed.map(({ name }) => name).filter((name) => name !== 'cuda'));
  return [
    ...own.filter(({ name }) => !replaced.has(name)),
    ...typed.map((one) => ({
      ...one,
      ...(recipe === undefined ? {} : { recipe }),
      ...(recipeBuilds === undefined ? {} : { recipeBuilds }),
    })),
  ];
}

/** @throws GpuSetupError `spec-twice` */
function refuseTwice(typed: readonly Wanted[]): void {
  for (const [at, { name }] of typed.entries()) {
    if (typed.findIndex((one) => one.name === name) === at) continue;
    throw usageError('spec-twice', `${name} is named twice: one plan has one ${name}`, {
      hint: 'name it once; for two versions side by side, ask for two plans',
      details: { name },
    });
  }
}

function wantedOfRecipe({ name, install, build }: Recipe): Wanted[] {
  const asWanted = (of: string, version: string | null): Wanted => ({
    name: of,
    version,
    notation: version === null || isPlainVersion(version) ? 'plain' : 'semver',
    build: null,
    from: `recipe ${name}`,
    recipe: name,
    ...(install === null && build !== null ? { recipeBuilds: true as const } : {}),
  });
  if (install !== null) return install.specs.map((spec) => asWanted(spec.name, spec.version));
  // "tensorflow-gpu 1.9.0"
  const packages = build?.sources.flatMap((one) => (one.kind === 'packages' ? one.version : [])) ?? [];
  const frameworks = packages.map((text) => parseWanted(text.replace(/\s+/, '@')));
  return [
    ...frameworks.map((one) => asWanted(one.name, one.version)),
    // What is compiled takes any CUDA, and what trains takes what is compiled.
    asWanted('cuda', build?.cuda ?? null),
  ];
}
