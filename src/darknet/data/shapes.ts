/**
 * Draws pictures of three kinds of shapes for a network to learn: one to three of them, bright, of any size, on a dark noisy
 * ground, none touching another. The same seed gives the same pictures everywhere.
 */
import { overlap, type Box, type Truth } from './box.ts';
import type { Picture } from './png.ts';
import { integerIn, type Random } from './random.ts';

export const SHAPES = ['disc', 'square', 'triangle'] as const;

export interface Scene {
  picture: Picture;
  truths: readonly Truth[];
}

const SMALLEST = 24;
const LARGEST = 44;
const MOST_SHAPES = 3;
/** Least and most of red, green and blue: always apart, so that a small network sees edges at once. */
const GROUND = [10, 90] as const;
const SHAPE = [130, 245] as const;
const NOISE = 10;

/** @param size width and height in pixels, at least LARGEST */
export function drawScene(random: Random, size: number): Scene {
  const ground = color(random, GROUND);
  const rgb = new Uint8Array(size * size * 3);
  for (let at = 0; at < rgb.length; at++) rgb[at] = noisy(ground[at % 3]!, random);
  const truths: Truth[] = [];
  for (let wanted = integerIn(random, 1, MOST_SHAPES); wanted > 0; wanted--) {
    const box = freePlace(random, size, truths);
    if (box === null) continue;
    const truth: Truth = { class: integerIn(random, 0, SHAPES.length - 1), box };
    const paint = color(random, SHAPE);
    fill(rgb, size, truth, () => paint.map((value) => noisy(value, random)));
    truths.push(truth);
  }
  return { picture: { width: size, height: size, rgb }, truths };
}

function freePlace(random: Random, size: number, taken: readonly Truth[]): Box | null {
  for (let tries = 0; tries < 20; tries++) {
    const width = integerIn(random, SMALLEST, LARGEST);
    const left = integerIn(random, 0, size - width);
    const top = integerIn(random, 0, size - width);
    const box = { left, top, right: left + width, bottom: top + width };
    if (taken.every((other) => overlap(other.box, box) === 0)) return box;
  }
  return null;
}

function fill(rgb: Uint8Array, size: number, truth: Truth, paint: () => number[]): void {
  const { left, top, right, bottom } = truth.box;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      // Of the pixel's middle, in [0, 1] across the box.
      const across = (x + 0.5 - left) / (right - left);
      const down = (y + 0.5 - top) / (bottom - top);
      if (covers(truth.class, across, down)) rgb.set(paint(), (y * size + x) * 3);
    }
  }
}

function covers(shape: number, across: number, down: number): boolean {
  switch (SHAPES[shape]) {
    case 'disc':
      return (across - 0.5) ** 2 + (down - 0.5) ** 2 <= 0.25;
    case 'triangle':
      return Math.abs(across - 0.5) <= down / 2;
    default:
      return true;
  }
}

function color(random: Random, [least, most]: readonly [number, number]): number[] {
  return [0, 1, 2].map(() => integerIn(random, least, most));
}

function noisy(value: number, random: Random): number {
  return Math.max(0, Math.min(255, value + integerIn(random, -NOISE, NOISE)));
}
