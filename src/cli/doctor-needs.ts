/** What `doctor --for` asks about: the needs of a recipe, or of a spec such as cuda@10.0. */
import type { Needs } from '../doctor/types.ts';
import { loadRecipes } from '../recipe/load.ts';
import { wantedBy } from '../recipe/request.ts';

/** @throws GpuSetupError `unknown-recipe`, `unknown-release`, `bad-spec`, `bad-recipe` */
export async function needsOfRecipe(word: string, configFolder: string): Promise<Needs> {
  const { recipe, specs, components } = wantedBy([word], await loadRecipes(configFolder), {});
  const versionOf = (name: string): string | null =>
    specs.find((spec) => spec.name === name)?.version ?? null;
  return {
    recipe: recipe?.name ?? word,
    cuda: versionOf('cuda'),
    cudnn: versionOf('cudnn'),
    compiler: components.includes('compiler'),
  };
}
