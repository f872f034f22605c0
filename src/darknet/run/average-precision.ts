/**
 * Average precision as PASCAL VOC has it since 2010: the area under the curve of precision over recall, precision made
 * falling; a detection counts for the object of its class that it overlaps most, and for each object only the first one does.
 * The same as AlexeyAB's `detector map` with its defaults.
 */
import { overlap, type Detection, type Truth } from '../data/box.ts';

export interface Image {
  truths: readonly Truth[];
  detections: readonly Detection[];
}

/** Below this a detection does not count, as in darknet. */
export const LEAST_SCORE = 0.005;
/** Of two detections of one class that overlap more, the one of lower score does not count. */
export const NMS_OVERLAP = 0.45;

interface Judged {
  score: number;
  right: boolean;
}

/** Mean over the classes that occur, in [0, 1]; 0 where none does. @param least the overlap that counts: 0.5 for mAP@0.5 */
export function meanAveragePrecision(images: readonly Image[], classes: number, least: number): number {
  const values = averagePrecisions(images, classes, least).filter((value) => value !== null);
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Per class; null where no object of it is in any image. */
export function averagePrecisions(
  images: readonly Image[],
  classes: number,
  least: number,
): (number | null)[] {
  return Array.from({ length: classes }, (_, index) => {
    const objects = images.reduce(
      (sum, { truths }) => sum + truths.filter((truth) => truth.class === index).length,
      0,
    );
    if (objects === 0) return null;
    const judged = images.flatMap((image) => judge(image, index, least));
    return areaUnderCurve(
      judged.sort((a, b) => b.score - a.score),
      objects,
    );
  });
}

/** Keeps the best of detections of one class that overlap. @returns by falling score */
export function suppressOverlaps(detections: readonly Detection[], most = NMS_OVERLAP): Detection[] {
  const kept: Detection[] = [];
  for (const one of [...detections].sort((a, b) => b.score - a.score)) {
    const covered = kept.some((other) => other.class === one.class && overlap(other.box, one.box) > most);
    if (!covered) kept.push(one);
  }
  return kept;
}

function judge({ truths, detections }: Image, index: number, least: number): Judged[] {
  const found = new Set<Truth>();
  const own = detections.filter((one) => one.class === index && one.score > LEAST_SCORE);
  return suppressOverlaps(own).map(({ box, score }) => {
    const [best] = truths
      .filter((truth) => truth.class === index && overlap(truth.box, box) > least)
      .sort((a, b) => overlap(b.box, box) - overlap(a.box, box));
    const right = best !== undefined && !found.has(best);
    if (best !== undefined) found.add(best);
    return { score, right };
  });
}

function areaUnderCurve(judged: readonly Judged[], objects: number): number {
  let right = 0;
  const points = judged.map((one, at) => {
    if (one.right) right += 1;
    return { recall: right / objects, precision: right / (at + 1) };
  });
  let area = 0;
  let best = 0;
  for (let at = points.length - 1; at >= 0; at--) {
    best = Math.max(best, points[at]!.precision);
    area += best * (points[at]!.recall - (points[at - 1]?.recall ?? 0));
  }
  return area;
}
