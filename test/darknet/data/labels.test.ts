import { describe, expect, it } from 'vitest';
import { Boxes } from '../../../src/darknet/data/boxes.ts';
import type { Coco } from '../../../src/darknet/data/coco.ts';
import { compareCounts } from '../../../src/darknet/data/expected.ts';
import { labelling, labelLine } from '../../../src/darknet/data/labels.ts';
import { loadRecipes } from '../../../src/recipe/load.ts';

const recipe = (await loadRecipes('/nowhere')).get('yolov4-nano')!;
const size = { width: 200, height: 100 };
const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe('labelLine', () => {
  it('gives centre and size as parts of the image, in six digits', () => {
    expect(labelLine(2, box(50, 20, 100, 40), size)).toBe('2 0.500000 0.400000 0.500000 0.400000');
    // The first box of COCO's train set, as darknet's own labels have it.
    expect(labelLine(45, box(1.08, 187.69, 611.59, 285.84), { width: 640, height: 480 })).toBe(
      '45 0.479492 0.688771 0.955609 0.595500',
    );
  });

  it('cuts boxes at the edges of the image', () => {
    expect(labelLine(0, box(-20, 50, 40, 80), size)).toBe('0 0.050000 0.750000 0.100000 0.500000');
    expect(labelLine(0, box(-1e300, -1e300, Number.MAX_VALUE, Number.MAX_VALUE), size)).toBe(
      '0 0.500000 0.500000 1.000000 1.000000',
    );
  });

  it('has none for boxes of which nothing is left: outside, without size, too small for six digits', () => {
    for (const one of [box(300, 0, 10, 10), box(10, 10, 0, 5), box(10, 10, 5, -5), box(10, 10, 1e-5, 10)]) {
      expect(labelLine(0, one, size), JSON.stringify(one)).toBeNull();
    }
  });
});

function cocoOf(annotations: readonly [image: number, category: number, crowd?: 'crowd' | 'empty'][]): Coco {
  const boxes = new Boxes();
  annotations.forEach(([image, category, kind], at) =>
    boxes.add(at, image, category, box(10 * at, 0, kind === 'empty' ? 0 : 10, 10), kind === 'crowd'),
  );
  return {
    images: [30, 10, 20, 40].map((id) => ({ id, fileName: `${id}.jpg`, ...size })),
    categories: ['person', 'cat', 'dog'],
    boxes,
  };
}

describe('labelling', () => {
  it('numbers classes in the order in which they were chosen, and leaves the others out', () => {
    const { textOf, classes } = labelling(cocoOf([[0, 0], [0, 2], [1, 1], [0, 2]]), [2, 0]); // prettier-ignore
    expect(textOf(0).split('\n').map((line) => line[0])).toEqual(['1', '0', '0', undefined]); // prettier-ignore
    expect(textOf(1)).toBe('');
    expect(classes).toEqual([
      { name: 'dog', images: 1, boxes: 2, crowd: 0, empty: 0 },
      { name: 'person', images: 1, boxes: 1, crowd: 0, empty: 0 },
    ]);
  });

  it('lists all images by id, those without the classes too: they teach what is none', () => {
    expect(labelling(cocoOf([[0, 0]]), [0]).listed).toEqual([1, 2, 0, 3]);
  });

  it('writes no crowds, counts them as COCO does, and leaves out images that show a class as a crowd alone', () => {
    const { textOf, classes, listed, crowdOnly } = labelling(
      cocoOf([[0, 0], [0, 0, 'crowd'], [2, 0, 'crowd'], [3, 1, 'crowd']]), // prettier-ignore
      [0],
    );
    expect(classes).toEqual([{ name: 'person', images: 2, boxes: 1, crowd: 2, empty: 0 }]);
    expect(textOf(0)).toBe('0 0.025000 0.050000 0.050000 0.100000\n');
    expect(crowdOnly).toEqual([2]);
    // Image 3 shows a crowd of cats, which nobody asked for.
    expect(listed).toEqual([1, 0, 3]);
  });

  it('counts boxes without content apart', () => {
    const { classes, textOf } = labelling(cocoOf([[0, 0, 'empty']]), [0]);
    expect(classes).toEqual([{ name: 'person', images: 1, boxes: 0, crowd: 0, empty: 1 }]);
    expect(textOf(0)).toBe('');
  });
});

describe('compareCounts', () => {
  const { classes, expected } = recipe.prepare!;
  const counts = (...images: number[]) => classes.map((name, at) => ({ name, images: images[at]! }));

  it('knows the figures of COCO 2017 for person, cat and dog', () => {
    const train = compareCounts('/d/instances_train2017.json', 118287, counts(64115, 4114, 4385), expected);
    expect(train?.differences).toEqual([]);
    expect(compareCounts('val.json', 5000, counts(2693, 184, 177), expected)?.differences).toEqual([]);
  });

  it('says every figure that differs', () => {
    expect(
      compareCounts('/d/instances_train2017.json', 118286, counts(64115, 4113, 4385), expected)?.differences,
    ).toEqual(['images: 118286, expected 118287', 'images with cat: 4113, expected 4114']);
  });

  it('judges only classes that it knows, and no file that it does not', () => {
    expect(
      compareCounts('instances_val2017.json', 5000, [{ name: 'toaster', images: 8 }], expected)?.differences,
    ).toEqual([]);
    expect(compareCounts('mine.json', 12, counts(1, 1, 1), expected)).toBeNull();
  });
});
