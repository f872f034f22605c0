import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../../src/compat/targets.ts';
import { costOfCfg } from '../../../src/darknet/cost/cost.ts';
import { frameRate } from '../../../src/darknet/cost/frame-rate.ts';
import { cfgOf } from './sections.ts';

const layersOf = (...sections: string[]) => costOfCfg(cfgOf(sections), 'test.cfg').layers;

describe('frameRate', () => {
  // 2 * 27 weights * 32 filters * 100 * 100 = 17.28 MFLOP; 30,000 values in, 320,000 out, 896 weights.
  const convolution = layersOf(
    '[net] width=100 height=100 channels=3',
    '[convolutional] filters=32 size=3 pad=1',
  );
  const bytes = 2 * (30_000 + 320_000 + 896);

  it('goes by arithmetic where that is slower', () => {
    const { framesPerSecond, framesPerSecondAtPeak } = frameRate(convolution, {
      tflops: 0.1,
      memoryGBPerSecond: 1000,
    });
    expect(framesPerSecondAtPeak).toBeCloseTo(1e11 / 17.28e6, 1);
    expect(framesPerSecond).toBeCloseTo(1 / (20e-6 + 17.28e6 / (0.4 * 1e11)), 1);
  });

  it('goes by memory where that is slower', () => {
    const { framesPerSecond, framesPerSecondAtPeak } = frameRate(convolution, {
      tflops: 100,
      memoryGBPerSecond: 1,
    });
    expect(framesPerSecondAtPeak).toBeCloseTo(1e9 / bytes, 1);
    expect(framesPerSecond).toBeCloseTo(1 / (20e-6 + bytes / (0.7 * 1e9)), 1);
  });

  it('takes each layer by itself, not the sums', () => {
    const both = layersOf(
      '[net] width=100 height=100 channels=3',
      '[convolutional] filters=32 size=3 pad=1',
      '[maxpool] stride=2',
    );
    const device = { tflops: 0.1, memoryGBPerSecond: 10 };
    const seconds = (layers: typeof both): number => 1 / frameRate(layers, device).framesPerSecond;
    expect(seconds(both)).toBeCloseTo(seconds(both.slice(0, 1)) + seconds(both.slice(1)), 9);
  });

  it('reads the weights of a connected layer once per frame, though darknet counts no operation', () => {
    const connected = layersOf('[net] inputs=1000', '[connected] output=1000');
    const device = { tflops: 1, memoryGBPerSecond: 2 };
    expect(frameRate(connected, device).framesPerSecondAtPeak).toBeCloseTo(
      2e9 / (2 * (1000 + 1_001_000 + 1000)),
      1,
    );
  });

  it('asks no time of layers that do nothing at inference', () => {
    const net = ['[net] width=8 height=8 channels=3', '[convolutional] filters=8'];
    const device = { tflops: 1, memoryGBPerSecond: 10 };
    expect(frameRate(layersOf(...net, '[dropout]', '[empty]', '[cost]'), device)).toEqual(
      frameRate(layersOf(...net), device),
    );
  });
});

/** A copy of AlexeyAB's darknet, which is not part of this repository. */
const folder = process.env['GPU_SETUP_DARKNET_DIR'];

describe.skipIf(folder === undefined)('the estimate (networks in GPU_SETUP_DARKNET_DIR)', () => {
  // README.md of AlexeyAB/darknet at 59596d78: "GeForce RTX 2080 Ti", column "tkDNN TensorRT FP16, FPS".
  it.each([
    ['yolov4.cfg', 320, 202],
    ['yolov4.cfg', 416, 162],
    ['yolov4.cfg', 512, 134],
    ['yolov4.cfg', 608, 103],
    ['yolov4-tiny.cfg', 416, 790],
  ])('is near what was measured, by 15 in 100: %s at %i, %i frames per second', (name, side, measured) => {
    const text = readFileSync(join(folder!, 'cfg', name), 'utf8').replace(
      /^(width|height)=\d+/gm,
      `$1=${side}`,
    );
    const device = TARGETS.find(({ id }) => id === 'rtx-2080-ti')!;
    const { framesPerSecond } = frameRate(costOfCfg(new TextEncoder().encode(text), name).layers, device);
    expect(framesPerSecond / measured).toBeGreaterThan(0.85);
    expect(framesPerSecond / measured).toBeLessThan(1.15);
  });
});
