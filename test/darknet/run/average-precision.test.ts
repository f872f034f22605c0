import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averagePrecisions,
  meanAveragePrecision,
  suppressOverlaps,
} from '../../../src/darknet/run/average-precision.ts';
import { agreementOf, FP32 } from '../../../src/darknet/run/agreement.ts';
import { overlap, type Box, type Detection, type Truth } from '../../../src/darknet/data/box.ts';

const at = (left: number, width = 10): Box => ({ left, top: 0, right: left + width, bottom: 10 });
const truth = (left: number, kind = 0): Truth => ({ class: kind, box: at(left) });
const seen = (left: number, score: number, kind = 0): Detection => ({ class: kind, score, box: at(left) });

describe('overlap', () => {
  it('is 1 for the same box, 0 for boxes that only touch, and a third for half of two equal ones', () => {
    expect(overlap(at(0), at(0))).toBe(1);
    expect(overlap(at(0), at(10))).toBe(0);
    expect(overlap(at(0), at(5))).toBeCloseTo(1 / 3);
  });
});

describe('suppressOverlaps', () => {
  it('keeps the better of two that overlap, each class for itself', () => {
    const kept = suppressOverlaps([seen(0, 0.5), seen(1, 0.9), seen(1, 0.4, 1), seen(30, 0.1)]);
    expect(kept.map(({ score }) => score)).toEqual([0.9, 0.4, 0.1]);
  });

  it('does not let a suppressed one suppress others', () => {
    const kept = suppressOverlaps([seen(0, 0.9), seen(3, 0.8), seen(6, 0.7)], 0.5);
    expect(kept.map(({ score }) => score)).toEqual([0.9, 0.7]);
  });
});

describe('averagePrecisions', () => {
  it('is 1 where every object is found and nothing else is', () => {
    const images = [{ truths: [truth(0), truth(40)], detections: [seen(0, 0.9), seen(40, 0.3)] }];
    expect(meanAveragePrecision(images, 1, 0.5)).toBe(1);
  });

  it('is the area under the falling curve: right, wrong, right of two objects is 1/2 * 1 + 1/2 * 2/3', () => {
    const images = [
      { truths: [truth(0), truth(40)], detections: [seen(0, 0.9), seen(80, 0.8), seen(40, 0.7)] },
    ];
    expect(averagePrecisions(images, 1, 0.5)[0]).toBeCloseTo(0.5 + 1 / 3);
  });

  it('counts one object once: a second detection of it is wrong', () => {
    const images = [
      // Both overlap the object by more than half, and each other by less than what is suppressed.
      { truths: [truth(10)], detections: [seen(7, 0.9), seen(13, 0.8)] },
    ];
    expect(overlap(at(7), at(13))).toBeLessThan(0.45);
    expect(averagePrecisions(images, 1, 0.5)).toEqual([1]);
    const late = [
      { truths: [truth(10), truth(60)], detections: [seen(7, 0.9), seen(13, 0.8), seen(60, 0.7)] },
    ];
    expect(averagePrecisions(late, 1, 0.5)[0]).toBeCloseTo(0.5 + 0.5 * (2 / 3));
  });

  it('is 0 for a box that overlaps by exactly the least, or has another class', () => {
    const half = { class: 0, score: 0.9, box: { left: 0, top: 0, right: 10, bottom: 5 } };
    expect(averagePrecisions([{ truths: [truth(0)], detections: [half] }], 1, 0.5)).toEqual([0]);
    expect(averagePrecisions([{ truths: [truth(0)], detections: [seen(0, 0.9, 1)] }], 2, 0.5)).toEqual([
      0,
      null,
    ]);
  });

  it('leaves classes out of the mean that no object has', () => {
    const images = [{ truths: [truth(0)], detections: [seen(0, 0.9)] }];
    expect(meanAveragePrecision(images, 3, 0.5)).toBe(1);
    expect(meanAveragePrecision([], 3, 0.5)).toBe(0);
  });

  it('lies in [0, 1], and one more wrong detection never raises it', () => {
    const detection = fc.record({
      class: fc.constant(0),
      score: fc.double({ min: 0.01, max: 1, noNaN: true }),
      box: fc.integer({ min: 0, max: 90 }).map((left) => at(left)),
    });
    fc.assert(
      fc.property(
        fc.array(detection, { maxLength: 12 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (detections, score) => {
          const truths = [truth(5), truth(50)];
          const before = meanAveragePrecision([{ truths, detections }], 1, 0.5);
          const wrong = { class: 0, score, box: at(500) };
          const after = meanAveragePrecision([{ truths, detections: [...detections, wrong] }], 1, 0.5);
          expect(before).toBeGreaterThanOrEqual(0);
          expect(before).toBeLessThanOrEqual(1);
          expect(after).toBeLessThanOrEqual(before + 1e-12);
        },
      ),
    );
  });
});

describe('agreementOf', () => {
  it('finds equal detections equal, from both sides', () => {
    const own = [seen(0, 0.9), seen(40, 0.5)];
    expect(agreementOf([[own, own]], FP32)).toEqual({
      objects: 4,
      missed: 0,
      largestScoreDifference: 0,
      leastOverlap: 1,
    });
  });

  it('misses what only one side sees, in either order, and what lies beside or differs in score', () => {
    const own = [seen(0, 0.9)];
    expect(agreementOf([[own, []]], FP32).missed).toBe(1);
    expect(agreementOf([[[], own]], FP32).missed).toBe(1);
    expect(agreementOf([[own, [seen(1, 0.9)]]], FP32).missed).toBe(2);
    expect(agreementOf([[own, [seen(0, 0.8)]]], FP32).missed).toBe(2);
    expect(agreementOf([[own, [seen(0, 0.9, 1)]]], FP32).missed).toBe(2);
  });

  it('leaves out what neither side takes for an object', () => {
    expect(agreementOf([[[seen(0, 0.1)], []]], FP32).objects).toBe(0);
  });
});
