/** One convolution, which [convolutional], [crnn] and [conv_lstm] are made of. */
import type { Section } from '../../cfg/cfg.ts';
import { imageOutput, demand, type Output, type Shape } from '../layer.ts';

export interface Convolution {
  input: Shape;
  filters: number;
  groups: number;
  size: number;
  strideX: number;
  strideY: number;
  padding: number;
  batchNormalize: boolean;
  /** Binary weights and input: darknet counts 32 operations as one. */
  xnor: boolean;
}

export interface ConvolutionCost {
  output: Output;
  weights: number;
  /** With biases, and scales, means and variances of batch normalisation. */
  parameters: number;
  bflops: number;
}

/**
 * The size of the output takes no account of dilation, as darknet's does not.
 * @throws GpuSetupError `bad-cfg` where nothing would come out
 */
export function convolve(section: Section, it: Convolution): ConvolutionCost {
  const { input, filters, size } = it;
  const groups = it.xnor ? 1 : Math.max(1, it.groups);
  // In C, an integer division cuts towards zero.
  const width = Math.trunc((input.width + 2 * it.padding - size) / it.strideX) + 1;
  const height = Math.trunc((input.height + 2 * it.padding - size) / it.strideY) + 1;
  demand(
    section,
    width > 0 && height > 0,
    `size ${size} does not fit ${input.width} x ${input.height}`,
    'a smaller size or more padding',
  );
  const weights = Math.trunc(input.channels / groups) * filters * size * size;
  demand(
    section,
    weights > 0,
    `${groups} groups of ${input.channels} channels`,
    'at most as many groups as channels',
  );
  const counted = Math.fround((2 * weights * height * width) / 1e9);
  return {
    output: imageOutput(width, height, filters),
    weights,
    parameters: weights + filters * (it.batchNormalize ? 4 : 1),
    bflops: it.xnor ? counted / 32 : counted,
  };
}

/**
 * The blur behind an antialiased layer (antialiasing=1: 3x3, 2: 2x2): a fixed filter per channel, neither counted in
 * darknet's operations nor stored.
 */
export function blur(
  section: Section,
  antialiasing: number,
  input: Shape,
  strideX: number,
  strideY: number,
): Output {
  const small = antialiasing === 2;
  return convolve(section, {
    input,
    filters: input.channels,
    groups: input.channels,
    size: small ? 2 : 3,
    padding: small ? 0 : 1,
    strideX,
    strideY,
    batchNormalize: false,
    xnor: false,
  }).output;
}
