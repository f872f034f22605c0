import { describe, expect, it } from 'vitest';
import {
  parseDetections,
  parseIteration,
  parseMap,
  parsePicture,
  usesHalfPrecision,
} from '../../../src/darknet/run/darknet-output.ts';

describe('parseIteration', () => {
  it.each([
    [
      ' 12: 126.821114, 126.821114 avg loss, 0.000000 rate, 0.225986 seconds, 16 images, -1.000000 hours left',
      12,
      126.821114,
    ],
    ['400: 0.962192, 0.960899 avg, 0.000180 rate, 0.077258 seconds, 6400 images', 400, 0.962192],
    ['7: -nan, -nan avg, 0.000180 rate, 0.077258 seconds, 6400 images', 7, NaN],
    [' 8: inf, nan avg loss, 0.1 rate, 0.2 seconds, 16 images, 0 hours left', 8, NaN],
  ])('reads %s', (line, iteration, loss) => {
    expect(parseIteration(line)).toEqual({ iteration, loss });
  });

  it.each([
    '',
    'Region 82 Avg IOU: 0.5, Class: 0.3, Obj: 0.4, No Obj: 0.5, .5R: 0.5, .75R: 0.0,  count: 12',
    'v3 (mse loss, Normalizer: (iou: 0.75, obj: 1.00, cls: 1.00) Region 5 Avg (IOU: 0.5), count: 30',
    ' (next mAP calculation at 1000 iterations) ',
    '400: 1.0',
  ])('passes over "%s"', (line) => {
    expect(parseIteration(line)).toBeNull();
  });
});

describe('parseDetections', () => {
  it('groups by picture and counts edges from 0', () => {
    const found = parseDetections(
      'held0003 0.9 1 2.5 11 12\nheld0004 0.1 1 1 96 96\nheld0003 0.2 5 5 6 6\n',
      2,
      'f',
    );
    expect([...found.keys()]).toEqual(['held0003', 'held0004']);
    expect(found.get('held0003')).toEqual([
      { class: 2, score: 0.9, box: { left: 0, top: 1.5, right: 10, bottom: 11 } },
      { class: 2, score: 0.2, box: { left: 4, top: 4, right: 5, bottom: 5 } },
    ]);
  });

  it('takes an empty file for no detections', () => {
    expect(parseDetections('', 0, 'f').size).toBe(0);
  });

  it.each(['held0003 nan 1 1 2 2', 'held0003 0.9 1 1 2', 'held0003 0.9 1 1 inf 2', '\u0000\u0001'])(
    'refuses the line %j by file and number',
    (line) => {
      expect(() => parseDetections(`a 0.5 1 1 2 2\n${line}\n`, 0, 'results/x.txt')).toThrow(
        /results\/x\.txt, line 2/,
      );
    },
  );
});

it('reads the mAP that AlexeyAB prints, and nothing else', () => {
  expect(parseMap(' mean average precision (mAP@0.50) = 0.955911, or 95.59 % \n')).toBe(0.955911);
  expect(parseMap('mean average precision (mAP@0.75) = 0.5')).toBeNull();
  expect(parseMap('')).toBeNull();
});

it('takes a number alone on its line for the picture that is begun', () => {
  expect(parsePicture('44')).toBe(44);
  expect(parsePicture('44 objects')).toBeNull();
  expect(parsePicture('')).toBeNull();
});

it('believes in FP16 only where darknet says so', () => {
  expect(usesHalfPrecision(' 0 : compute_capability = 750, cudnn_half = 1, GPU: GeForce GTX 1660 Ti')).toBe(
    true,
  );
  expect(usesHalfPrecision(' 0 : compute_capability = 610, cudnn_half = 0, GPU: GeForce GTX 1080')).toBe(
    false,
  );
});
