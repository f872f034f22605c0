/** Comparing what was counted with what is known of a published annotations file. */
import { basename } from 'node:path';
import type { ClassCount } from './labels.ts';

/** In the section "prepare" of a recipe.yaml. */
export interface ExpectedSet {
  /** "instances_train2017.json" */
  file: string;
  images: number;
  /** Images per class. */
  classes: Readonly<Record<string, number>>;
  source: string;
}

export interface Comparison {
  file: string;
  source: string;
  /** In words, one per figure that differs; empty where all agree. */
  differences: readonly string[];
}

/** Null where nothing is known of a file of this name or with as many images. */
export function compareCounts(
  path: string,
  images: number,
  classes: readonly Pick<ClassCount, 'name' | 'images'>[],
  known: readonly ExpectedSet[],
): Comparison | null {
  const expected =
    known.find((one) => one.file === basename(path)) ?? known.find((one) => one.images === images);
  if (expected === undefined) return null;
  const figures: [string, number, number][] = [['images', expected.images, images]];
  for (const { name, images: found } of classes) {
    const wanted = Object.hasOwn(expected.classes, name) ? expected.classes[name] : undefined;
    if (wanted !== undefined) figures.push([`images with ${name}`, wanted, found]);
  }
  const differences = figures
    .filter(([, wanted, found]) => wanted !== found)
    .map(([what, wanted, found]) => `${what}: ${found}, expected ${wanted}`);
  return { file: expected.file, source: expected.source, differences };
}
