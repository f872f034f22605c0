/**
 * darknet's labels: one text file per image, one line per box, centre and size as parts of the image's:
 *
 *     0 0.479492 0.688771 0.955609 0.595500
 */
import type { Box } from './boxes.ts';
import type { Coco } from './coco.ts';

/** What a file of annotations holds of the chosen classes. Places are those of Coco.images. */
export interface Labelling {
  /** Places of the images that are listed for training, by id. */
  listed: readonly number[];
  /** Places of images whose only objects of the chosen classes are crowds: neither with nor without them. */
  crowdOnly: readonly number[];
  /** Content of the label file of an image; '' where it shows none of the classes. */
  textOf(image: number): string;
  /** In the order in which the classes were chosen. */
  classes: readonly ClassCount[];
}

export interface ClassCount {
  name: string;
  /** With at least one annotation of the class, crowds too: as COCO itself counts. */
  images: number;
  /** Written as labels. */
  boxes: number;
  /** Annotations that stand for a group (iscrowd). */
  crowd: number;
  /** Annotations that are left out since nothing of them lies in the image. */
  empty: number;
}

/**
 * Crowds are not written: one box around a group would teach that a group is one object, and darknet knows no region
 * that is to be ignored. Converters that people train darknet with leave them out too. Left out is here also an image
 * that shows a class as a crowd alone: with an empty label it would teach that the class is not there.
 *
 * @param chosen places of the chosen categories, in the order of darknet's class numbers
 */
export function labelling(coco: Coco, chosen: readonly number[]): Labelling {
  const { images, boxes } = coco;
  const classOf = new Int32Array(coco.categories.length).fill(-1);
  chosen.forEach((category, at) => (classOf[category] = at));
  const counts = chosen.map((category) => ({
    name: coco.categories[category]!,
    images: 0,
    boxes: 0,
    crowd: 0,
    empty: 0,
  }));
  const shows = chosen.map(() => new Uint8Array(images.length));
  const written = new Uint8Array(images.length);
  const crowded = new Uint8Array(images.length);
  const kept: number[] = [];
  for (let at = 0; at < boxes.length; at++) {
    const its = classOf[boxes.category(at)]!;
    if (its < 0) continue;
    const image = boxes.image(at);
    const count = counts[its]!;
    shows[its]![image] = 1;
    if (boxes.crowd(at)) {
      count.crowd++;
      crowded[image] = 1;
    } else if (labelLine(its, boxes.box(at), images[image]!) === null) count.empty++;
    else {
      count.boxes++;
      written[image] = 1;
      kept.push(at);
    }
  }
  counts.forEach((count, its) => (count.images = shows[its]!.reduce((sum, one) => sum + one, 0)));
  const byImage = groupBy(kept, (at) => boxes.image(at), images.length);
  const byId = images.map((_, place) => place).sort((a, b) => images[a]!.id - images[b]!.id);
  const isCrowdOnly = (image: number): boolean => crowded[image] === 1 && written[image] === 0;
  return {
    listed: byId.filter((image) => !isCrowdOnly(image)),
    crowdOnly: byId.filter(isCrowdOnly),
    textOf: (image) =>
      [...byImage(image)]
        .map((at) => `${labelLine(classOf[boxes.category(at)]!, boxes.box(at), images[image]!)!}\n`)
        .join(''),
    classes: counts,
  };
}

/** Cut at the image's edges; null where nothing is left that six digits can say. */
export function labelLine(
  classNumber: number,
  box: Box,
  image: { width: number; height: number },
): string | null {
  const [left, right] = cut(box.x, box.x + box.width, image.width);
  const [top, bottom] = cut(box.y, box.y + box.height, image.height);
  const width = (right - left).toFixed(6);
  const height = (bottom - top).toFixed(6);
  if (!(Number(width) > 0 && Number(height) > 0)) return null;
  return `${classNumber} ${((left + right) / 2).toFixed(6)} ${((top + bottom) / 2).toFixed(6)} ${width} ${height}`;
}

/** As parts of the whole, from 0 to 1. */
function cut(from: number, to: number, whole: number): [number, number] {
  const inside = (value: number): number => Math.min(1, Math.max(0, value / whole));
  return [inside(from), inside(to)];
}

/** Members of a group keep their order. Flat arrays: a hundred thousand small ones take more memory than their content. */
function groupBy(
  members: readonly number[],
  groupOf: (member: number) => number,
  groups: number,
): (group: number) => Uint32Array {
  const starts = new Uint32Array(groups + 1);
  for (const member of members) starts[groupOf(member) + 1]!++;
  for (let at = 0; at < groups; at++) starts[at + 1]! += starts[at]!;
  const next = starts.slice();
  const sorted = new Uint32Array(members.length);
  for (const member of members) sorted[next[groupOf(member)]!++] = member;
  return (group) => sorted.subarray(starts[group], starts[group + 1]);
}
