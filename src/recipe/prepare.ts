/** What `gpu-setup prepare RECIPE` does: data for what the recipe trains. */
import { resolve } from 'node:path';
import { usageError } from '../base/errors.ts';
import {
  prepare as prepareData,
  type AnnotatedImages,
  type PrepareContext,
  type Prepared,
  type PreparedSet,
} from '../darknet/data/prepare.ts';
import { findRecipe, type RecipePlaces } from './find-recipe.ts';

/** As the user typed it; paths are relative to the caller's folder. */
export interface PrepareRecipeRequest {
  /** Name of a recipe, or path of its folder. */
  recipe: string;
  /** Annotations in COCO's format, and the folder of their images. */
  annotations?: string | undefined;
  images?: string | undefined;
  /** The same of a set to test with. */
  validation?: string | undefined;
  validationImages?: string | undefined;
  /** Folder to be made. */
  out?: string | undefined;
  /** In place of the recipe's. */
  classes?: readonly string[] | undefined;
}

/**
 * Warns where a published file does not hold what it should.
 *
 * @throws GpuSetupError `missing-option`, `bad-classes` (exit code 2); and what finding the recipe (`findRecipe`) and reading
 *   and writing the data throw (darknet/data/prepare.ts)
 */
export async function prepare(
  request: PrepareRecipeRequest,
  context: PrepareContext & RecipePlaces,
): Promise<Prepared> {
  const { name, prepare: definition } = await findRecipe(request.recipe, 'prepare', context);
  const { classes } = request;
  if (classes !== undefined) checkClasses(classes);
  const sets = setsOf(request, context);
  const out = resolve(context.cwd, needed(request.out, '--out DIR'));
  const prepared = await prepareData(
    { recipe: name, definition, sets, out, classes: classes ?? definition.classes },
    context,
  );
  warn(prepared.sets, context);
  return prepared;
}

function setsOf(request: PrepareRecipeRequest, { cwd }: RecipePlaces): AnnotatedImages[] {
  const { annotations, images, validation, validationImages } = request;
  const train: AnnotatedImages = {
    role: 'train',
    annotations: resolve(cwd, needed(annotations, '--annotations FILE')),
    images: resolve(cwd, needed(images, '--images DIR')),
  };
  if (validation === undefined && validationImages === undefined) return [train];
  const valid: AnnotatedImages = {
    role: 'valid',
    annotations: resolve(cwd, needed(validation, '--validation FILE')),
    images: resolve(cwd, needed(validationImages, '--validation-images DIR')),
  };
  return [train, valid];
}

function needed(value: string | undefined, form: string): string {
  if (value !== undefined) return value;
  throw usageError('missing-option', `"gpu-setup prepare" needs ${form}`, {
    hint: 'gpu-setup prepare --help shows how it is called',
  });
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
