import type { CodeGroup } from './types.ts';

export const DATA = {
  title: 'Data for training',
  commands: 'prepare',
  codes: {
    'annotations-unreadable': {
      means: 'The file of annotations cannot be read.',
      remedy: "name COCO's instances_train2017.json, or a file of its form",
    },
    'bad-annotations': {
      means: 'The file of annotations is not well formed.',
      remedy: 'the message names the place; the file must have the form of instances_train2017.json',
    },
    'bad-classes': {
      exit: 2,
      means: '--classes names no class, or one twice.',
      remedy: 'write names of categories, separated by commas: person,cat,dog',
    },
    'unknown-class': {
      exit: 2,
      means: 'The annotations have no category of that name.',
      remedy: 'take a name from the hint',
    },
    'images-missing': {
      means: 'Images that the annotations name are not in the folder.',
      remedy: 'unpack them there, or name their folder',
    },
    'out-not-empty': {
      means: 'The folder given to --out is there already and is not empty.',
      remedy: 'name another one, or delete it',
    },
    'out-unusable': {
      exit: 2,
      means: 'darknet cannot work with the path given to --out.',
      remedy: 'choose one without spaces and without the words images, JPEGImages and raw',
    },
  },
} as const satisfies CodeGroup;
