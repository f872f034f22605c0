/** What is known of a layer, and how a layer type says what it costs. */
import type { Section } from '../cfg/cfg.ts';
import { badCfg } from '../cfg/bad-cfg.ts';

export interface Shape {
  width: number;
  height: number;
  channels: number;
}

/** What a layer hands on: `values` numbers, which form an image or (image null) a plain vector. */
export interface Output {
  image: Shape | null;
  values: number;
}

/** For one image (batch 1, one time step), at inference. Counts are of values, not bytes. */
export interface Cost {
  /** What the next layer gets. */
  output: Output;
  /** What [route] and [shortcut] get that name this layer, where it is not `output`: an antialiased layer's, unblurred. */
  named?: Output;
  /** As darknet counts them, in 10^9; none if left out. */
  bflops?: number;
  /** Values that the layer has in a .weights file; none if left out. */
  parameters?: number;
  /** Weights that a frame needs, where they are not `parameters`: those of another layer. */
  weightsRead?: number;
  /** Values that a frame reads from other layers; `place.input.values` if left out. */
  reads?: number;
  /** Values that it keeps as outputs, those of layers inside it included; `output.values` if left out. */
  activations?: number;
  /** For layers that refer to this one. */
  kernel?: Kernel;
  detector?: Detector;
}

/** A convolution's weights, which another layer may share. */
export interface Kernel {
  size: number;
  weights: number;
  channels: number;
  filters: number;
}

/** What [contrastive] asks of a [yolo]. */
export interface Detector {
  anchors: number;
  embeddingSize: number;
}

export interface Layer
  extends Required<Omit<Cost, 'kernel' | 'detector'>>, Pick<Cost, 'kernel' | 'detector'> {
  index: number;
  /** "convolutional", also where the file says [conv]. */
  type: string;
}

/** Where a layer stands. */
export interface Place {
  index: number;
  /** What the layer before hands on; for the first one, the network's input. */
  input: Output;
  /** Those before this one. */
  layers: readonly Layer[];
}

export type LayerType = (section: Section, place: Place) => Cost;

export function imageOutput(width: number, height: number, channels: number): Output {
  return { image: { width, height, channels }, values: width * height * channels };
}

export function vectorOutput(values: number): Output {
  return { image: null, values };
}

/** @throws GpuSetupError `bad-cfg` where the layer before hands on a plain vector */
export function inputImage(section: Section, place: Place): Shape {
  const { image } = place.input;
  if (image === null) {
    throw badCfg(
      section.file,
      section.line,
      `[${section.name}] gets a plain vector`,
      'a layer before it that gives an image',
    );
  }
  return image;
}

/**
 * @param index counted from the first layer, or back from this one where negative: -1 is the layer before
 * @throws GpuSetupError `bad-cfg` where there is no such layer before this one
 */
export function layerAt(section: Section, key: string, index: number, place: Place): Layer {
  const layer = place.layers[index < 0 ? place.index + index : index];
  if (layer === undefined) {
    const range =
      place.index === 0 ? 'a layer before it' : `-${place.index} to -1 or 0 to ${place.index - 1}`;
    const line = section.options.get(key)?.line ?? section.line;
    throw badCfg(section.file, line, `layer ${place.index} [${section.name}] has ${key}=${index}`, range);
  }
  return layer;
}

/** For what darknet asserts. @throws GpuSetupError `bad-cfg` */
export function demand(section: Section, holds: boolean, wrong: string, expected: string): void {
  if (!holds) throw badCfg(section.file, section.line, `[${section.name}]: ${wrong}`, expected);
}

/** "13 x 13 x 256", "a vector of 1000" */
export function describe({ image, values }: Output): string {
  return image === null ? `a vector of ${values}` : `${image.width} x ${image.height} x ${image.channels}`;
}
