/** What a machine needs for a recipe, for specs such as cuda@10.0, or for a framework: what `doctor --for` asks about. */
import { usageError } from '../base/errors.ts';
import { buildsOf, frameworkNamed, type FrameworkBuild } from '../compat/frameworks.ts';
import { nameOfSpec } from '../compat/spec-name.ts';
import type { Needs } from '../doctor/types.ts';
import { formatSpec } from '../prefix/plan/spec.ts';
import { versionsMeant } from '../stack/wanted-version.ts';
import { isFrameworkToInstall, parseWanted } from '../stack/wanted.ts';
import type { RecipePlaces } from './find-recipe.ts';
import { loadRecipesFor } from './load.ts';
import type { Recipe } from './recipe.ts';
import { nameOfSelection, selectionOf } from './request.ts';

/**
 * @param asked recipes with any capability, by name or path, and specs; several make one prefix: ["cuda@10.0 cudnn@7.5"],
 *   ["cuda@10.0", "cudnn@7.5"]. Or a framework with or without its version: ["tensorflow@1.9"]
 * @throws GpuSetupError what `selectionOf` and `parseWanted` throw; `bad-spec`, `bad-recipe`
 */
export async function needsOf(asked: readonly string[], { config, cwd }: RecipePlaces): Promise<Needs> {
  const words = asked.flatMap(wordsOf);
  const recipes = await loadRecipesFor(words, { config, cwd });
  // Beside a CUDA it is one of the things that make a prefix.
  const framework = words.find(
    (word) => !recipes.has(word) && isFramework(word) && (words.length === 1 || isFrameworkToInstall(word)),
  );
  if (framework !== undefined) {
    if (words.length > 1) throw notAlone(framework, words);
    return needsOfFramework(framework, [...recipes.keys()]);
  }
  const single = words.length === 1 ? recipes.get(words[0]!) : undefined;
  if (single !== undefined && single.install === null) return needsWithoutInstall(single, recipes);
  const selection = selectionOf(words, recipes);
  const versionOf = (name: string): string | null =>
    selection.specs.find((spec) => spec.name === name)?.version ?? null;
  return {
    recipe: single?.address ?? words.join(' '),
    install: words,
    prefix: nameOfSelection(selection),
    cuda: versionOf('cuda'),
    cudnn: versionOf('cudnn'),
    compiler: selection.components.includes('compiler'),
    builds: [],
  };
}

/** "cuda@10.0 cudnn@7.5" is two words, and "cuda@>=11.5 <12" one: a range holds spaces, and a word begins with a name. */
const wordsOf = (text: string): string[] => text.trim().split(/\s+(?=[a-z./])/i);

const isFramework = (word: string): boolean => frameworkNamed(word.split('@', 1)[0]!) !== null;

function notAlone(framework: string, words: readonly string[]): Error {
  return usageError('bad-spec', `${framework} says by itself which CUDA it takes`, {
    hint: `name it alone: --for ${framework}; whether all of it fits together says gpu-setup plan ${words.join(' ')}`,
  });
}

/** Which CUDA it takes hangs on the build, and which build on the machine: the doctor chooses. */
function needsOfFramework(word: string, names: readonly string[]): Needs {
  const wanted = parseWanted(word, names);
  const all = buildsOf(frameworkNamed(wanted.name)!);
  const meant = new Set(
    versionsMeant(
      wanted,
      all.map(({ version }) => version),
    ),
  );
  const isMeant = ({ version, build }: FrameworkBuild): boolean =>
    meant.has(version) && (wanted.build === null || wanted.build === build);
  return {
    recipe: word,
    install: [word],
    prefix: null,
    cuda: null,
    cudnn: null,
    compiler: false,
    builds: all.filter(isMeant),
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
  const spec = { name: 'cuda', version: cuda };
  return {
    recipe: address,
    install: cuda === null ? null : [brings?.name ?? formatSpec(spec)],
    prefix: cuda === null ? null : (brings?.name ?? nameOfSpec(spec)),
    cuda,
    cudnn: null,
    compiler: build?.compiles ?? false,
    builds: [],
  };
}
