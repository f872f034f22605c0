import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { overlap } from '../../../src/darknet/data/box.ts';
import { labelText } from '../../../src/darknet/data/label.ts';
import { encodePng } from '../../../src/darknet/data/png.ts';
import { integerIn, randomFrom } from '../../../src/darknet/data/random.ts';
import { drawScene, SHAPES } from '../../../src/darknet/data/shapes.ts';

describe('randomFrom', () => {
  it('gives the same numbers for the same seed, in [0, 1), and others for another', () => {
    const [one, same, other] = [7, 7, 8].map((seed) => {
      const random = randomFrom(seed);
      return Array.from({ length: 1000 }, () => random());
    });
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    expect(one!.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(one!.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1);
  });

  it('reaches both ends of a range', () => {
    const random = randomFrom(1);
    const seen = new Set(Array.from({ length: 200 }, () => integerIn(random, 3, 5)));
    expect([...seen].sort()).toEqual([3, 4, 5]);
  });
});

describe('encodePng', () => {
  it('writes what a PNG reader expects: header, rows without a filter, checksums', () => {
    const rgb = Uint8Array.from({ length: 2 * 3 * 3 }, (_, at) => at * 10);
    const png = encodePng({ width: 2, height: 3, rgb });
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]]).toEqual([2, 3, 8, 2]);
    const length = png.readUInt32BE(33);
    const rows = inflateSync(png.subarray(41, 41 + length));
    expect([...rows]).toEqual([
      0, 0, 10, 20, 30, 40, 50, 0, 60, 70, 80, 90, 100, 110, 0, 120, 130, 140, 150, 160, 170,
    ]);
    // The checksum of an empty IEND is the same in every PNG.
    expect(png.subarray(-8).toString('hex')).toBe('49454e44ae426082');
  });
});

describe('drawScene', () => {
  const random = randomFrom(3);
  const scenes = Array.from({ length: 200 }, () => drawScene(random, 96));

  it('draws one to three objects that lie inside the picture and touch nothing else', () => {
    for (const { truths } of scenes) {
      expect(truths.length).toBeGreaterThanOrEqual(1);
      expect(truths.length).toBeLessThanOrEqual(3);
      for (const { box } of truths) {
        expect(Math.min(box.left, box.top)).toBeGreaterThanOrEqual(0);
        expect(Math.max(box.right, box.bottom)).toBeLessThanOrEqual(96);
        expect(truths.filter((other) => overlap(other.box, box) > 0)).toHaveLength(1);
      }
    }
  });

  it('draws every shape about as often', () => {
    const counts = SHAPES.map(
      (_, index) => scenes.flatMap(({ truths }) => truths).filter((truth) => truth.class === index).length,
    );
    expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 2);
  });

  it('fills exactly the box: a bright pixel on each of its edges, none outside of all boxes', () => {
    for (const { picture, truths } of scenes.slice(0, 40)) {
      const bright = (x: number, y: number): boolean => {
        const at = (y * 96 + x) * 3;
        return picture.rgb[at]! + picture.rgb[at + 1]! + picture.rgb[at + 2]! > 330;
      };
      const pixels = Array.from({ length: 96 * 96 }, (_, at) => [at % 96, Math.trunc(at / 96)] as const);
      for (const { box } of truths) {
        const own = pixels.filter(
          ([x, y]) => x >= box.left && x < box.right && y >= box.top && y < box.bottom && bright(x, y),
        );
        const [xs, ys] = [own.map(([x]) => x), own.map(([, y]) => y)];
        // The top row of a triangle may be narrower than a pixel.
        expect([Math.min(...xs), Math.max(...xs), Math.max(...ys)]).toEqual([
          box.left,
          box.right - 1,
          box.bottom - 1,
        ]);
        expect(Math.min(...ys) - box.top).toBeLessThanOrEqual(1);
      }
      const outside = pixels.filter(
        ([x, y]) =>
          bright(x, y) &&
          !truths.some(({ box }) => x >= box.left && x < box.right && y >= box.top && y < box.bottom),
      );
      expect(outside).toEqual([]);
    }
  });
});

describe('labelText', () => {
  it('gives class, middle and size as shares of the picture', () => {
    const text = labelText([{ class: 2, box: { left: 10, top: 20, right: 30, bottom: 60 } }], 100, 200);
    expect(text).toBe('2 0.200000 0.200000 0.200000 0.200000\n');
  });

  it('is empty for a picture without objects', () => {
    expect(labelText([], 96, 96)).toBe('');
  });
});
