/** What a machine needs for a recipe, or for a spec such as cuda@10.0: what `doctor --for` asks about. */
import type { Needs } from '../doctor/types.ts';
import { formatSpec } from '../prefix/plan/spec.ts';
import { isRecipePath, loadRecipeAt, loadRecipes } from './load.ts';
import type { RecipePlaces } from './find-recipe.ts';
import type { Recipe } from './recipe.ts';
import { selectionOf } from './request.ts';

/**
 * @param word a recipe with any capability, by name or path, or a spec
 * @throws GpuSetupError `unknown-recipe`, `unknown-release`, `bad-spec`, `bad-recipe`
 */
export async function needsOf(word: string, { config, cwd }: RecipePlaces): Promise<Needs> {
  const recipes = await loadRecipes(config);
  const recipe = isRecipePath(word) ? await loadRecipeAt(word, cwd) : recipes.get(word);
  if (recipe !== undefined && recipe.install === null) return needsWithoutInstall(recipe, recipes);
  const known = recipe === undefined ? recipes : new Map([[word, recipe]]);
  const selection = selectionOf([word], known);
  const versionOf = (name: string): string | null =>
    selection.specs.find((spec) => spec.name === name)?.version ?? null;
  return {
    recipe: recipe?.address ?? word,
    install: word,
    cuda: versionOf('cuda'),
    cudnn: versionOf('cudnn'),
    compiler: selection.components.includes('compiler'),
  };
}

/** What is built needs the CUDA release that its result loads, and a compiler where it compiles; the rest needs neither. */
function needsWithoutInstall(recipe: Recipe, recipes: ReadonlyMap<string, Recipe>): Needs {
  const { address, build } = recipe;
  const cuda = build?.cuda ?? null;
  const brings = [...recipes.values()].find(
    ({ install }) =>
      cuda !== null && install?.specs.some(({ name, version }) => name === 'cuda' && version === cuda),
  );
  return {
    recipe: address,
    install: brings?.name ?? (cuda === null ? null : formatSpec({ name: 'cuda', version: cuda })),
    cuda,
    cudnn: null,
    compiler: build?.compiles ?? false,
  };
}
