/** `prepare`: data for training, from annotations and images that are here already. */
import { resolve } from 'node:path';
import { ExitCode, usageError } from '../../base/errors.ts';
import { prepareDefinition } from '../../recipe/prepare-definition.ts';
import {
  prepare as prepareData,
  type AnnotatedImages,
  type PreparedSet,
} from '../../darknet/data/prepare.ts';
import { renderPrepared } from '../../report/prepare.ts';
import type { CommandDefinition, Context, OptionValues } from '../command.ts';

export const summary = "data for training: darknet's labels from COCO's annotations";

export const command: CommandDefinition = {
  arguments: [{ syntax: '<recipe>', description: 'what will be trained: yolov4-nano' }],
  options: [
    { flags: '--annotations <file>', description: "in COCO's format: instances_train2017.json" },
    { flags: '--images <dir>', description: 'the images of these annotations' },
    { flags: '--validation <file>', description: 'annotations to test with: instances_val2017.json' },
    { flags: '--validation-images <dir>', description: 'the images of those' },
    { flags: '--out <dir>', description: 'folder to be made: labels, lists, links to the images' },
    { flags: '--classes <names>', description: "instead of the recipe's, in darknet's order: cat,dog" },
  ],
  examples: [
    [
      'gpu-setup prepare yolov4-nano --annotations instances_train2017.json --images train2017 --out data',
      "labels for darknet, lists and .data file of the recipe's classes; images per class",
    ],
    [
      'gpu-setup prepare yolov4-nano --annotations train.json --images train --validation val.json --validation-images val --out pets --classes cat,dog',
      'other classes, and a set to test with',
    ],
  ],
  async run([recipe = ''], options, context) {
    const definition = prepareDefinition(recipe);
    const request = {
      recipe,
      definition,
      sets: setsOf(options, context),
      out: resolve(context.cwd, needed(options, 'out', '--out DIR')),
      classes: classesOf(options['classes'], definition.classes),
    };
    const prepared = await prepareData(request, context);
    warn(prepared.sets, context);
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/prepare@1', recipe, ...prepared },
      text: (terminal) => renderPrepared(prepared, terminal),
    };
  },
};

function setsOf(options: OptionValues, { cwd }: Context): AnnotatedImages[] {
  const train: AnnotatedImages = {
    role: 'train',
    annotations: resolve(cwd, needed(options, 'annotations', '--annotations FILE')),
    images: resolve(cwd, needed(options, 'images', '--images DIR')),
  };
  if (options['validation'] === undefined && options['validationImages'] === undefined) return [train];
  const valid: AnnotatedImages = {
    role: 'valid',
    annotations: resolve(cwd, needed(options, 'validation', '--validation FILE')),
    images: resolve(cwd, needed(options, 'validationImages', '--validation-images DIR')),
  };
  return [train, valid];
}

function needed(options: OptionValues, name: string, form: string): string {
  const value = options[name];
  if (typeof value === 'string') return value;
  throw usageError('missing-option', `"gpu-setup prepare" needs ${form}`, {
    hint: 'gpu-setup prepare --help shows how it is called',
  });
}

function classesOf(typed: unknown, usual: readonly string[]): readonly string[] {
  if (typeof typed !== 'string') return usual;
  const names = typed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice === undefined && names.length > 0) return names;
  throw usageError(
    'bad-classes',
    twice === undefined ? '--classes names none' : `--classes names ${twice} twice`,
    {
      hint: 'names of categories, separated by commas: --classes person,cat,dog',
    },
  );
}

function warn(sets: readonly PreparedSet[], { emit }: Context): void {
  for (const { annotations, expected } of sets) {
    if (expected === null || expected.differences.length === 0) continue;
    emit({
      type: 'notice',
      level: 'warning',
      text: `${annotations} is not ${expected.file} as it was published: ${expected.differences.join('; ')}`,
    });
  }
}
