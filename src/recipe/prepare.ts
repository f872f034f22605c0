/** What `gpu-setup prepare RECIPE` does: data for what the recipe trains. */
import { usageError } from '../base/errors.ts';
import {
  prepare as prepareData,
  type AnnotatedImages,
  type PrepareContext,
  type Prepared,
  type PreparedSet,
} from '../darknet/data/prepare.ts';
import { findRecipe, type RecipePlaces } from './find-recipe.ts';

export interface PrepareRecipeRequest {
  /** Name of a recipe, or path of its folder. */
  recipe: string;
  sets: readonly AnnotatedImages[];
  /** Absolute path of the folder to be made. */
  out: string;
  /** In place of the recipe's; null: the recipe's. */
  classes: readonly string[] | null;
}

/**
 * Warns where a published file does not hold what it should.
 *
 * @throws GpuSetupError `bad-classes` (exit code 2); and what finding the recipe (`findRecipe`) and reading and writing the
 *   data throw (darknet/data/prepare.ts)
 */
export async function prepare(
  request: PrepareRecipeRequest,
  context: PrepareContext & RecipePlaces,
): Promise<Prepared> {
  const { name, prepare: definition } = await findRecipe(request.recipe, 'prepare', context);
  if (request.classes !== null) checkClasses(request.classes);
  const { sets, out, classes } = request;
  const prepared = await prepareData(
    { recipe: name, definition, sets, out, classes: classes ?? definition.classes },
    context,
  );
  warn(prepared.sets, context);
  return prepared;
}

function checkClasses(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice === undefined && names.length > 0) return;
  throw usageError(
    'bad-classes',
    twice === undefined ? '--classes names none' : `--classes names ${twice} twice`,
    {
      hint: 'names of categories, separated by commas: --classes person,cat,dog',
    },
  );
}

function warn(sets: readonly PreparedSet[], { emit }: PrepareContext): void {
  for (const { annotations, expected } of sets) {
    if (expected === null || expected.differences.length === 0) continue;
    emit({
      type: 'notice',
      level: 'warning',
      text: `${annotations} is not ${expected.file} as it was published: ${expected.differences.join('; ')}`,
    });
  }
}
