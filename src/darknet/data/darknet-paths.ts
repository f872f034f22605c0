/** What darknet does to the paths that it is given, and which folders it therefore cannot work in. */
import { usageError } from '../../base/errors.ts';

/**
 * pjreddie's darknet looks for the labels of /a/images/1.jpg in /a/labels/1.txt: it replaces these words wherever they
 * stand in the path (src/data.c, fill_truth_detection). AlexeyAB's replaces them as whole folders only, and otherwise
 * looks beside the image. A path without the words serves both.
 */
const REPLACED = ['images', 'raw', 'JPEGImages'];

/** @throws GpuSetupError `out-unusable`: a folder whose files one of the two darknets would not find */
export function checkDarknetFolder(folder: string): void {
  const word = REPLACED.find((one) => folder.includes(one));
  if (word !== undefined) {
    throw usageError(
      'out-unusable',
      `--out ${folder}: darknet replaces "${word}" in paths when it looks for labels`,
      {
        hint: 'choose a folder whose whole path holds none of images, JPEGImages, raw',
        details: { folder, word },
      },
    );
  }
  // Of .data files it takes all spaces out (src/utils.c, strip), lists it reads by lines.
  if (/\s/.test(folder)) {
    throw usageError(
      'out-unusable',
      `--out ${folder}: darknet takes spaces out of the paths in .data files`,
      {
        hint: 'choose a folder without spaces in its whole path',
        details: { folder },
      },
    );
  }
}

/**
 * Images are known to darknet by their id, as COCO names its own ("000000391895.jpg"), so that no name in an annotations
 * file decides where something is written. It reads what an image is from its content; of the endings it must know one.
 */
export function imageName(id: number): string {
  return `${imageStem(id)}.jpg`;
}

export function labelName(id: number): string {
  return `${imageStem(id)}.txt`;
}

function imageStem(id: number): string {
  return String(id).padStart(12, '0');
}

/** coco.data: what `darknet detector train` takes. */
export function dataFile(folder: string, recipe: string, classes: number, validation: boolean): string {
  return [
    `classes = ${classes}`,
    `train = ${folder}/train.txt`,
    ...(validation ? [`valid = ${folder}/valid.txt`] : []),
    `names = ${folder}/${recipe}.names`,
    `backup = ${folder}/backup`,
    '',
  ].join('\n');
}
