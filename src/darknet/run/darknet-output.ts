/** What either darknet prints and writes. */
import { GpuSetupError } from '../../base/errors.ts';
import type { Detection } from '../data/box.ts';

export interface Iteration {
  iteration: number;
  loss: number;
}

/**
 * One line of `detector train`. AlexeyAB's and pjreddie's:
 *
 *      12: 126.821114, 126.821114 avg loss, 0.000000 rate, 0.225986 seconds, 16 images, -1.000000 hours left
 *     12: 172.241196, 172.241196 avg, 0.000000 rate, 1.538615 seconds, 16 images
 *
 * @returns null for every other line; the loss is NaN where darknet printed nan or inf
 */
export function parseIteration(line: string): Iteration | null {
  const match = /^\s*(\d{1,9}): (-?(?:[\d.]+|nan|inf)), -?(?:[\d.]+|nan|inf) avg/.exec(line);
  return match === null ? null : { iteration: Number(match[1]), loss: Number(match[2]) };
}

/**
 * The file of one class that `detector valid` writes: picture, score, left, top, right, bottom. Edges are counted from 1.
 *
 *     held0003 0.981233 12.512345 20.123456 52.000000 60.750000
 *
 * @returns detections by picture
 * @throws GpuSetupError `darknet-output` for anything else in it
 */
export function parseDetections(text: string, index: number, file: string): Map<string, Detection[]> {
  const byPicture = new Map<string, Detection[]>();
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const [id, ...words] = line.split(' ');
    const values = words.map(Number);
    if (id === undefined || values.length !== 5 || !values.every(Number.isFinite)) {
      throw new GpuSetupError(
        'darknet-output',
        `${file}, line ${at + 1}: "${line.slice(0, 80)}" is no detection`,
        {
          hint: 'a score or an edge that is no number means that the network itself holds such values; train again',
        },
      );
    }
    const [score, left, top, right, bottom] = values as [number, number, number, number, number];
    const box = { left: left - 1, top: top - 1, right: right - 1, bottom: bottom - 1 };
    const others = byPicture.get(id) ?? [];
    others.push({ class: index, score, box });
    byPicture.set(id, others);
  }
  return byPicture;
}

/** The number of the picture that `detector valid` has come to: a line of its own, every four pictures. */
export function parsePicture(line: string): number | null {
  return /^\d{1,9}$/.test(line) ? Number(line) : null;
}

/** AlexeyAB's `detector map`: ` mean average precision (mAP@0.50) = 0.955911, or 95.59 %`. Null where it does not say. */
export function parseMap(text: string): number | null {
  const match = /mean average precision \(mAP@0\.50\) = ([\d.]+)/.exec(text);
  return match === null ? null : Number(match[1]);
}

/** AlexeyAB's line about a GPU: ` 0 : compute_capability = 750, cudnn_half = 1, GPU: GeForce GTX 1660 Ti`. */
export function usesHalfPrecision(text: string): boolean {
  return /\bcudnn_half = 1\b/.test(text);
}
