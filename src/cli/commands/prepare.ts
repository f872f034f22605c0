/** `prepare`: data for training, from annotations and images that are here already. */
import { resolve } from 'node:path';
import { ExitCode, usageError } from '../../base/errors.ts';
import type { AnnotatedImages } from '../../darknet/data/prepare.ts';
import { prepare as prepareRecipe } from '../../recipe/prepare.ts';
import { renderPrepared } from '../../report/prepare.ts';
import type { CommandDefinition, Context, OptionValues } from '../command.ts';

export const prepare: CommandDefinition = {
  arguments: [
    { syntax: '<recipe>', description: 'what will be trained: gpu-setup recipes lists what can be prepared' },
  ],
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
    const { cwd, emit, signal } = context;
    const request = {
      recipe,
      sets: setsOf(options, context),
      out: resolve(cwd, needed(options, 'out', '--out DIR')),
      classes: classesOf(options['classes']),
    };
    const prepared = await prepareRecipe(request, { config: context.folders().config, cwd, emit, signal });
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

function classesOf(typed: unknown): readonly string[] | null {
  if (typeof typed !== 'string') return null;
  const names = typed.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}
