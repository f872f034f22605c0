/**
 * The drawn data set on disk, laid out for either darknet: a label lies beside its picture. pjreddie's replaces "images",
 * "JPEGImages" and "raw" anywhere in a path, AlexeyAB's only whole folders; names here hold none of these, and darknet is
 * started in the folder itself, so that the folder's own path is never part of one.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Truth } from './box.ts';
import { labelText } from './label.ts';
import { encodePng, type Picture } from './png.ts';
import { randomFrom } from './random.ts';
import { drawScene, SHAPES } from './shapes.ts';

export interface HeldOut {
  /** File name without ending, as darknet writes it beside its detections. */
  id: string;
  picture: Picture;
  truths: readonly Truth[];
}

export interface DataSet {
  /** Paths relative to the folder. */
  data: string;
  heldOutList: string;
  heldOut: readonly HeldOut[];
  classes: readonly string[];
  trainingImages: number;
}

const TRAINING_IMAGES = 240;
const HELD_OUT_IMAGES = 80;
const SEED = 20_18;

/** Folders for darknet's weights and detections, relative to that of the data set. */
export const WEIGHTS_FOLDER = 'weights';
export const RESULTS_FOLDER = 'results';

/** @param size width and height of the pictures, in pixels */
export async function writeDataSet(folder: string, size: number): Promise<DataSet> {
  for (const part of ['train', 'held', WEIGHTS_FOLDER, RESULTS_FOLDER]) {
    await mkdir(join(folder, part), { recursive: true });
  }
  const random = randomFrom(SEED);
  const write = async (part: string, count: number): Promise<HeldOut[]> => {
    const scenes: HeldOut[] = [];
    for (let number = 0; number < count; number++) {
      const id = `${part}${String(number).padStart(4, '0')}`;
      const { picture, truths } = drawScene(random, size);
      await writeFile(join(folder, part, `${id}.png`), encodePng(picture));
      await writeFile(join(folder, part, `${id}.txt`), labelText(truths, size, size));
      scenes.push({ id, picture, truths });
    }
    const list = scenes.map(({ id }) => `${part}/${id}.png\n`).join('');
    await writeFile(join(folder, `${part}.list`), list);
    return scenes;
  };
  await write('train', TRAINING_IMAGES);
  const heldOut = await write('held', HELD_OUT_IMAGES);
  await writeFile(join(folder, 'names.list'), SHAPES.map((name) => `${name}\n`).join(''));
  const data = {
    classes: SHAPES.length,
    train: 'train.list',
    valid: 'held.list',
    names: 'names.list',
    backup: `${WEIGHTS_FOLDER}/`,
    results: RESULTS_FOLDER,
  };
  const lines = Object.entries(data).map(([key, value]) => `${key} = ${value}\n`);
  await writeFile(join(folder, 'shapes.data'), lines.join(''));
  return {
    data: 'shapes.data',
    heldOutList: 'held.list',
    heldOut,
    classes: SHAPES,
    trainingImages: TRAINING_IMAGES,
  };
}
