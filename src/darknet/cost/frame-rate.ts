/**
 * Frames per second to expect of a device, by the roofline model: each layer takes as long as the slower of its arithmetic
 * and its memory traffic, and layers run one after the other, one image at a time.
 *
 *     seconds(layer) = START + max(operations / (COMPUTE * peak FLOPS), bytes / (MEMORY * peak bandwidth))
 *
 * bytes: inputs, weights and outputs, once each, in FP16; nothing is kept on the chip from one layer to the next. Reading
 * and scaling the picture and sorting the boxes are not counted.
 *
 * The three constants are an assumption about an optimised FP16 implementation, fitted to five published measurements
 * (AlexeyAB/darknet README.md@59596d78, GeForce RTX 2080 Ti, tkDNN TensorRT FP16: yolov4 at 320, 416, 512, 608 and yolov4-tiny
 * at 416), which they meet within 4 % and 12 %. Other devices may lie far off; darknet itself is two to three times slower.
 */
import type { Layer } from './layer.ts';

/** Share of the peak that arithmetic reaches. */
const COMPUTE_EFFICIENCY = 0.4;
/** Share of the peak that memory traffic reaches. */
const MEMORY_EFFICIENCY = 0.7;
/** Seconds to start a layer. */
const START_SECONDS = 20e-6;

const FP16_BYTES = 2;

export interface Device {
  /** Peak of FP16 arithmetic, in 10^12 operations per second; a multiply-add is two. */
  tflops: number;
  /** Peak of its memory, in 10^9 bytes per second. */
  memoryGBPerSecond: number;
}

export interface FrameRate {
  framesPerSecond: number;
  /** With both efficiencies 1 and no time to start: more is not possible under this model. */
  framesPerSecondAtPeak: number;
}

export function frameRate(layers: readonly Layer[], device: Device): FrameRate {
  const busy = layers.filter((layer) => layer.reads > 0 || layer.weightsRead > 0);
  const seconds = (compute: number, memory: number, start: number): number =>
    busy.reduce((sum, layer) => {
      const arithmetic = layer.bflops / (device.tflops * 1000 * compute);
      const traffic = trafficBytes(layer) / (device.memoryGBPerSecond * 1e9 * memory);
      return sum + start + Math.max(arithmetic, traffic);
    }, 0);
  return {
    framesPerSecond: 1 / seconds(COMPUTE_EFFICIENCY, MEMORY_EFFICIENCY, START_SECONDS),
    framesPerSecondAtPeak: 1 / seconds(1, 1, 0),
  };
}

function trafficBytes(layer: Layer): number {
  return FP16_BYTES * (layer.reads + layer.weightsRead + layer.output.values);
}
