/** What the words of a call want of a plan: recipes stand for what they install, load or are compiled with. */
import { isPlainVersion } from '../compat/version-range.ts';
import { mergeWanted } from '../stack/merge-wanted.ts';
import type { Wanted } from '../stack/types.ts';
import { parseWanted } from '../stack/wanted.ts';
import { isRecipePath, loadRecipeAt, loadRecipes } from './load.ts';
import type { RecipePlaces } from './find-recipe.ts';
import type { Recipe } from './recipe.ts';

/**
 * @param words `tensorflow@1.9`, `cuda@10.0 cudnn@7.5`, recipes by name or path
 * @throws GpuSetupError (exit code 2) what `parseWanted`, `mergeWanted` and `loadRecipes` throw
 */
export async function wantedOfWords(
  words: readonly string[],
  { config, cwd }: RecipePlaces,
): Promise<readonly Wanted[]> {
  const recipes = await loadRecipes(config);
  const typed: Wanted[] = [];
  const ofRecipes: Wanted[] = [];
  for (const word of words) {
    const recipe = isRecipePath(word) ? await loadRecipeAt(word, cwd) : recipes.get(word);
    if (recipe === undefined) typed.push(parseWanted(word, [...recipes.keys()]));
    else ofRecipes.push(...wantedOfRecipe(recipe));
  }
  // As with install: what is typed takes the place of a recipe's library, and narrows its CUDA.
  const replaced = new Set(typed.map(({ name }) => name).filter((name) => name !== 'cuda'));
  return mergeWanted([...typed, ...ofRecipes.filter(({ name }) => !replaced.has(name))]);
}

function wantedOfRecipe({ name, install, build }: Recipe): readonly Wanted[] {
  const from = `recipe ${name}`;
  const specs = install?.specs.map((spec) => asWanted(spec.name, spec.version, from)) ?? [];
  if (specs.length > 0) return specs;
  const packages = build?.sources.flatMap((source) => (source.kind === 'packages' ? [source.version] : [])) ?? [];
  // "tensorflow-gpu 1.9.0"
  const frameworks = packages.map((text) => ({ ...parseWanted(text.replace(/\s+/, '@')), from }));
  // What is compiled takes any CUDA, and what trains takes what is compiled.
  return [...frameworks, asWanted('cuda', build?.cuda ?? null, from)];
}

const asWanted = (name: string, version: string | null, from: string): Wanted => ({
  name,
  version,
  notation: version === null || isPlainVersion(version) ? 'plain' : 'semver',
  build: null,
  from,
});
