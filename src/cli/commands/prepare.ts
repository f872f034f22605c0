/** `prepare`: data for training, from annotations and images that are here already. */
import { ExitCode } from '../../base/errors.ts';
import { prepare as prepareRecipe } from '../../recipe/prepare.ts';
import { renderPrepared } from '../../report/prepare.ts';
import type { CommandDefinition } from '../command.ts';
import { textOf } from '../call/parse-arguments.ts';

export const summary = "data for training: darknet's labels from COCO's annotations";

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '<recipe>',
      description: 'what will be trained: gpu-setup recipes lists what can be prepared',
      completes: 'preparable',
    },
  ],
  options: [
    {
      flags: '--annotations <file>',
      description: "in COCO's format: instances_train2017.json",
      completes: 'file',
    },
    { flags: '--images <dir>', description: 'the images of these annotations', completes: 'folder' },
    {
      flags: '--validation <file>',
      description: 'annotations to test with: instances_val2017.json',
      completes: 'file',
    },
    { flags: '--validation-images <dir>', description: 'the images of those', completes: 'folder' },
    {
      flags: '--out <dir>',
      description: 'folder to be made: labels, lists, links to the images',
      completes: 'folder',
    },
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
    const prepared = await prepareRecipe(
      {
        recipe,
        annotations: textOf(options, 'annotations'),
        images: textOf(options, 'images'),
        validation: textOf(options, 'validation'),
        validationImages: textOf(options, 'validationImages'),
        out: textOf(options, 'out'),
        classes: namesIn(textOf(options, 'classes')),
      },
      { config: context.folders().config, cwd, emit, signal },
    );
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/prepare@1', recipe, ...prepared },
      text: (terminal) => renderPrepared(prepared, terminal),
    };
  },
};

/** "cat, dog" */
function namesIn(typed: string | undefined): readonly string[] | undefined {
  const names = typed?.split(',').map((name) => name.trim());
  return names?.filter((name) => name !== '');
}
