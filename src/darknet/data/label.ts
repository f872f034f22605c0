/**
 * Labels as darknet reads them, one object a line: class, middle, width and height, as shares of the picture.
 *
 *     2 0.442708 0.317708 0.302083 0.302083
 */
import type { Truth } from './box.ts';

export function labelText(truths: readonly Truth[], width: number, height: number): string {
  return truths
    .map(({ class: index, box: { left, top, right, bottom } }) =>
      [
        index,
        share(left + right, 2 * width),
        share(top + bottom, 2 * height),
        share(right - left, width),
        share(bottom - top, height),
      ].join(' '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function share(part: number, whole: number): string {
  return (part / whole).toFixed(6);
}
