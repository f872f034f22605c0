/**
 * Inference calculated by ourselves, to hold darknet's detections against: convolutions with batch normalisation, leaky or
 * linear, and one YOLO layer at the end, which is all that the network of the smoke test has.
 */
import { GpuSetupError } from '../../base/errors.ts';
import { parseCfg, type Section } from '../cfg/cfg.ts';
import { integer, integers } from '../cfg/options.ts';
import { LEAST_SCORE, suppressOverlaps } from './average-precision.ts';
import type { Detection } from '../data/box.ts';
import type { Picture } from '../data/png.ts';
import { readConvolutions, type Convolution } from './weights.ts';

export interface ReferenceNetwork {
  width: number;
  height: number;
  convolutions: readonly Convolution[];
  /** Width and height in pixels of the network's input. */
  anchors: readonly (readonly [number, number])[];
  classes: number;
}

/** By channel, row, column. */
interface Volume {
  width: number;
  height: number;
  channels: number;
  values: Float32Array;
}

/** Added to a variance before its root, as darknet does. */
const EPSILON = 1e-5;
const LEAK = 0.1;

/** @throws GpuSetupError `bad-cfg`, `bad-weights`, `reference-network` for layers that are not calculated here */
export function readReferenceNetwork(
  cfg: Uint8Array,
  weights: Uint8Array,
  files: { cfg: string; weights: string },
): ReferenceNetwork {
  const [net, ...layers] = parseCfg(cfg, files.cfg);
  const yolo = layers.pop();
  const other = layers.find(({ name }) => name !== 'convolutional');
  if (other !== undefined || yolo?.name !== 'yolo') {
    throw new GpuSetupError(
      'reference-network',
      `${files.cfg}: [${(other ?? yolo ?? net!).name}] is not calculated here`,
      { hint: 'expected [net], [convolutional] layers, and one [yolo] at the end' },
    );
  }
  return {
    width: integer(net!, 'width', 0, { least: 1 }),
    height: integer(net!, 'height', 0, { least: 1 }),
    convolutions: readConvolutions(
      layers,
      integer(net!, 'channels', 3, { least: 1 }),
      weights,
      files.weights,
    ),
    anchors: anchorsOf(yolo),
    classes: integer(yolo, 'classes', 20, { least: 1 }),
  };
}

function anchorsOf(yolo: Section): [number, number][] {
  const sizes = integers(yolo, 'anchors');
  return integers(yolo, 'mask').map((index) => [sizes[2 * index]!, sizes[2 * index + 1]!]);
}

/**
 * @param picture of the network's own size: nothing is scaled
 * @param mostOverlap of two detections of one class that overlap more, the better one is given
 * @returns by falling score
 */
export function detect(network: ReferenceNetwork, picture: Picture, mostOverlap: number): Detection[] {
  let volume = volumeOf(picture);
  for (const convolution of network.convolutions) volume = convolve(volume, convolution);
  return suppressOverlaps(decode(network, volume), mostOverlap);
}

function volumeOf({ width, height, rgb }: Picture): Volume {
  const plane = width * height;
  const values = new Float32Array(3 * plane);
  for (let at = 0; at < rgb.length; at++) values[(at % 3) * plane + Math.trunc(at / 3)] = rgb[at]! / 255;
  return { width, height, channels: 3, values };
}

function convolve(input: Volume, layer: Convolution): Volume {
  const { filters, size, stride, pad } = layer;
  const width = Math.trunc((input.width + 2 * pad - size) / stride) + 1;
  const height = Math.trunc((input.height + 2 * pad - size) / stride) + 1;
  const values = new Float32Array(filters * width * height);
  const sums = new Float64Array(width * height);
  for (let filter = 0; filter < filters; filter++) {
    sums.fill(0);
    for (let channel = 0; channel < layer.channels; channel++) {
      for (let down = 0; down < size; down++) {
        for (let across = 0; across < size; across++) {
          const weight = layer.weights[((filter * layer.channels + channel) * size + down) * size + across]!;
          addShifted(sums, { width, height }, input, channel, weight, stride, across - pad, down - pad);
        }
      }
    }
    finish(sums, layer, filter, values.subarray(filter * width * height));
  }
  return { width, height, channels: filters, values };
}

/** Adds weight * input(x * stride + across, y * stride + down); outside the input stands 0. */
function addShifted(
  sums: Float64Array,
  { width, height }: { width: number; height: number },
  input: Volume,
  channel: number,
  weight: number,
  stride: number,
  across: number,
  down: number,
): void {
  for (let y = 0; y < height; y++) {
    const row = y * stride + down;
    if (row < 0 || row >= input.height) continue;
    const from = (channel * input.height + row) * input.width;
    for (let x = 0; x < width; x++) {
      const column = x * stride + across;
      if (column >= 0 && column < input.width) sums[y * width + x]! += weight * input.values[from + column]!;
    }
  }
}

function finish(sums: Float64Array, layer: Convolution, filter: number, out: Float32Array): void {
  const { norm, biases, leaky } = layer;
  const scale = norm === null ? 1 : norm.scales[filter]! / Math.sqrt(norm.variances[filter]! + EPSILON);
  const shift = biases[filter]! - (norm === null ? 0 : scale * norm.means[filter]!);
  for (let at = 0; at < sums.length; at++) {
    const value = sums[at]! * scale + shift;
    out[at] = leaky && value < 0 ? LEAK * value : value;
  }
}

/** Per anchor: planes of x, y, width, height, objectness, and one per class. */
function decode(network: ReferenceNetwork, { width, height, values }: Volume): Detection[] {
  const { anchors, classes } = network;
  const plane = width * height;
  const found: Detection[] = [];
  for (const [index, [anchorWidth, anchorHeight]] of anchors.entries()) {
    for (let cell = 0; cell < plane; cell++) {
      const value = (entry: number): number => values[(index * (5 + classes) + entry) * plane + cell]!;
      const objectness = logistic(value(4));
      if (objectness <= LEAST_SCORE) continue;
      const x = (((cell % width) + logistic(value(0))) / width) * network.width;
      const y = ((Math.trunc(cell / width) + logistic(value(1))) / height) * network.height;
      const halfWidth = (Math.exp(value(2)) * anchorWidth) / 2;
      const halfHeight = (Math.exp(value(3)) * anchorHeight) / 2;
      // As `detector valid` writes them: cut at the picture's edges.
      const box = {
        left: Math.max(0, x - halfWidth),
        top: Math.max(0, y - halfHeight),
        right: Math.min(network.width - 1, x + halfWidth),
        bottom: Math.min(network.height - 1, y + halfHeight),
      };
      for (let kind = 0; kind < classes; kind++) {
        const score = objectness * logistic(value(5 + kind));
        if (score > LEAST_SCORE) found.push({ class: kind, score, box });
      }
    }
  }
  return found;
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
