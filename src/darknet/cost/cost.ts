/**
 * What a network costs at inference, one image at a time. Operations are counted as AlexeyAB's darknet counts them for its
 * line "Total BFLOPS": 2 per multiply-add of a convolution, size^2 per value of a pooling, 1 per value and source of a
 * shortcut, none for connected layers; each layer rounded to FP32 and summed in FP32, so that every printed digit agrees.
 */
import { parseCfg } from '../cfg/cfg.ts';
import type { Layer, Output } from './layer.ts';
import { buildNetwork } from './network.ts';

/** Version, revision and number of images seen, in front of the weights (darknet 0.2 and later). */
const WEIGHTS_HEADER_BYTES = 20;
const FP32_BYTES = 4;

export interface NetworkCost {
  input: { width: number; height: number; channels: number };
  /** Operations of one image, in 10^9. */
  bflops: number;
  /** Values in the .weights file: weights, biases, and scales, means and variances of batch normalisation. */
  parameters: number;
  /** Size of the .weights file, which holds them as FP32. */
  weightsBytes: number;
  /** Outputs of all layers as FP32 for one image; darknet keeps every one of them. */
  activationBytes: number;
  layers: readonly Layer[];
}

/** @throws GpuSetupError `bad-cfg` */
export function costOfCfg(bytes: Uint8Array, file: string): NetworkCost {
  const { input, layers } = buildNetwork(parseCfg(bytes, file));
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const [width, height, channels] = dimensions(input);
  return {
    input: { width, height, channels },
    bflops: layers.reduce((sum, layer) => Math.fround(sum + layer.bflops), 0),
    parameters,
    weightsBytes: WEIGHTS_HEADER_BYTES + FP32_BYTES * parameters,
    activationBytes: FP32_BYTES * layers.reduce((sum, layer) => sum + layer.activations, 0),
    layers,
  };
}

/** Width, height, channels; a plain vector of n values is 1, 1, n. */
export function dimensions({ image, values }: Output): [number, number, number] {
  return image === null ? [1, 1, values] : [image.width, image.height, image.channels];
}
