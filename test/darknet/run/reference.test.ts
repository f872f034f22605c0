import { describe, expect, it } from 'vitest';
import { detect, readReferenceNetwork } from '../../../src/darknet/run/reference.ts';

const NET = '[net]\nwidth=4\nheight=4\nchannels=3\n';
const YOLO = '[yolo]\nmask=0\nanchors=4,2\nclasses=2\nnum=1\n';
const FILES = { cfg: 'x.cfg', weights: 'x.weights' };

/** Version 0.2.5 with the images seen as 64 bits, then FP32 values. */
function weightsOf(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(20 + 4 * values.length);
  bytes.writeInt32LE(2, 4);
  bytes.writeInt32LE(5, 8);
  values.forEach((value, at) => bytes.writeFloatLE(value, 20 + 4 * at));
  return bytes;
}

function network(layers: string, ...values: readonly number[]) {
  return readReferenceNetwork(Buffer.from(NET + layers + YOLO), weightsOf(...values), FILES);
}

/** 7 outputs: x, y, width, height, objectness, two classes. */
const HEAD = '[convolutional]\nfilters=7\nsize=1\nstride=4\nactivation=linear\n';

function picture(red: number, green = 0, blue = 0) {
  const rgb = Uint8Array.from({ length: 4 * 4 * 3 }, (_, at) => [red, green, blue][at % 3]!);
  return { width: 4, height: 4, rgb };
}

describe('detect', () => {
  it('decodes a cell as YOLO does: logistic middle, exponential size of the anchor, product of scores', () => {
    // Biases alone: middle of the one cell, anchor as it is, half as high, objectness 1/2, classes 3/4 and (nearly) 0.
    const biases = [0, 0, 0, Math.log(0.5), 0, Math.log(3), -20];
    const [found, ...rest] = detect(network(HEAD, ...biases, ...Array<number>(21).fill(0)), picture(0), 0.45);
    expect(rest).toEqual([]);
    expect(found!.class).toBe(0);
    expect(found!.score).toBeCloseTo(0.375, 6);
    // 4 wide around 2, 1 high around 2; the right edge is cut at 3, as darknet writes it.
    expect(found!.box.left).toBeCloseTo(0);
    expect(found!.box.right).toBeCloseTo(3);
    expect(found!.box.top).toBeCloseTo(1.5);
    expect(found!.box.bottom).toBeCloseTo(2.5);
  });

  it('takes red, green and blue in that order, as shares of 255', () => {
    const weights = Array<number>(21).fill(0);
    // Objectness is blue alone.
    weights[4 * 3 + 2] = 1;
    const net = network(HEAD, ...Array<number>(7).fill(0), ...weights);
    const score = (rgb: ReturnType<typeof picture>): number => detect(net, rgb, 0.45)[0]!.score;
    const logistic = (value: number): number => 1 / (1 + Math.exp(-value));
    expect(score(picture(255, 255, 0))).toBeCloseTo(0.25, 6);
    expect(score(picture(0, 0, 255))).toBeCloseTo(logistic(1) / 2, 6);
  });

  it('normalises by running mean and variance, scales, shifts, and leaks a tenth below zero', () => {
    const hidden = '[convolutional]\nbatch_normalize=1\nfilters=1\nsize=1\nstride=1\nactivation=leaky\n';
    // Value of the picture 1; (1 - 3) / sqrt(4) * 5 + 1 = -4, leaked -0.4.
    const first = [1, 5, 3, 4, 1, 0, 0];
    const head = [...Array<number>(7).fill(0), 0, 0, 0, 0, 1, 0, 0];
    const net = network(hidden + HEAD, ...first, ...head);
    expect(detect(net, picture(255), 0.45)[0]!.score).toBeCloseTo(0.5 / (1 + Math.exp(0.4)), 5);
  });

  it('sums over the window and takes 0 outside of the picture', () => {
    // One 3 x 3 window of ones with stride 4 and padding 1 lies at (-1, -1): four pixels of red are inside.
    const window = '[convolutional]\nfilters=7\nsize=3\nstride=4\npad=1\nactivation=linear\n';
    const weights = Array<number>(7 * 27).fill(0);
    for (let tap = 0; tap < 9; tap++) weights[4 * 27 + tap] = 0.25;
    const net = network(window, ...Array<number>(7).fill(0), ...weights);
    expect(detect(net, picture(255), 0.45)[0]!.score).toBeCloseTo(0.5 / (1 + Math.exp(-1)), 5);
  });
});

describe('readReferenceNetwork', () => {
  it('refuses weights that are shorter or longer than the network, by name', () => {
    expect(() => network(HEAD, 1, 2)).toThrow(/x\.weights has 28 bytes/);
    expect(() => network(HEAD, ...Array<number>(29).fill(0))).toThrow(/do not fit/);
    expect(() => readReferenceNetwork(Buffer.from(NET + HEAD + YOLO), new Uint8Array(3), FILES)).toThrow(
      /3 bytes/,
    );
  });

  it('refuses layers that it does not calculate', () => {
    expect(() => network(`[maxpool]\nsize=2\n${HEAD}`)).toThrow(/\[maxpool\] is not calculated/);
    expect(() => readReferenceNetwork(Buffer.from(NET + HEAD), weightsOf(), FILES)).toThrow(
      /\[convolutional\]/,
    );
  });
});
