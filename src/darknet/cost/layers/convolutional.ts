/** [convolutional] and [local]. */
import type { Section } from '../../cfg/cfg.ts';
import { imageOutput, inputImage, layerAt, demand, type Cost, type Kernel, type Place } from '../layer.ts';
import { flag, integer } from '../../cfg/options.ts';
import { blur, convolve } from './convolution.ts';

const DEFORMATIONS = ['sway', 'rotate', 'stretch', 'stretch_sway'];

export function convolutional(section: Section, place: Place): Cost {
  const size = integer(section, 'size', 1, { least: 1 });
  const { strideX, strideY } = strides(section);
  const antialiasing = integer(section, 'antialiasing', 0);
  checkDeformation(section, size);
  const input = inputImage(section, place);
  const { output, weights, parameters, bflops } = convolve(section, {
    input,
    filters: integer(section, 'filters', 1, { least: 1 }),
    groups: integer(section, 'groups', 1),
    size,
    // An antialiased layer goes step by step; the blur behind it takes the strides.
    strideX: antialiasing === 0 ? strideX : 1,
    strideY: antialiasing === 0 ? strideY : 1,
    padding: flag(section, 'pad') ? Math.trunc(size / 2) : integer(section, 'padding', 0),
    batchNormalize: flag(section, 'batch_normalize') || flag(section, 'cbn'),
    xnor: flag(section, 'xnor'),
  });
  const kernel = { size, weights, channels: input.channels, filters: output.image!.channels };
  const shared = sharesWeights(section, place, kernel);
  const blurred = antialiasing === 0 ? null : blur(section, antialiasing, output.image!, strideX, strideY);
  return {
    output: blurred ?? output,
    named: output,
    activations: output.values + (blurred?.values ?? 0),
    bflops,
    parameters: shared ? 0 : parameters,
    weightsRead: parameters,
    kernel,
  };
}

/** stride_x and stride_y, each with stride for what is missing or not positive. */
function strides(section: Section): { strideX: number; strideY: number } {
  const [x, y] = [integer(section, 'stride_x', -1), integer(section, 'stride_y', -1)];
  if (x > 0 && y > 0) return { strideX: x, strideY: y };
  const stride = integer(section, 'stride', 1, { least: 1 });
  return { strideX: x > 0 ? x : stride, strideY: y > 0 ? y : stride };
}

function sharesWeights(section: Section, place: Place, own: Kernel): boolean {
  if (!section.options.has('share_index')) return false;
  const owner = layerAt(section, 'share_index', integer(section, 'share_index', 0), place);
  const keys = ['size', 'weights', 'channels', 'filters'] as const;
  const same = keys.every((key) => owner.kernel?.[key] === own[key]);
  demand(
    section,
    same,
    `layer ${owner.index} has other weights`,
    'a share_index of a [convolutional] with the same size, channels and filters',
  );
  return true;
}

function checkDeformation(section: Section, size: number): void {
  const given = DEFORMATIONS.map((key) => integer(section, key, 0));
  const sum = given.reduce((a, b) => a + b, 0);
  demand(section, sum <= 1, 'more than one deformation', `one of ${DEFORMATIONS.join(', ')}`);
  demand(
    section,
    size > 1 || given.every((value) => value === 0),
    'a deformation of size 1',
    'size=3 or more',
  );
}

/** Weights of its own at every place. darknet counts no operations for it. */
export function local(section: Section, place: Place): Cost {
  const { width, height, channels } = inputImage(section, place);
  const filters = integer(section, 'filters', 1, { least: 1 });
  const size = integer(section, 'size', 1, { least: 1 });
  const stride = integer(section, 'stride', 1, { least: 1 });
  const edge = flag(section, 'pad') ? 1 : size;
  const [outWidth, outHeight] = [width, height].map((side) => Math.trunc((side - edge) / stride) + 1) as [
    number,
    number,
  ];
  demand(
    section,
    outWidth > 0 && outHeight > 0,
    `size ${size} does not fit ${width} x ${height}`,
    'a smaller size',
  );
  const output = imageOutput(outWidth, outHeight, filters);
  return { output, parameters: output.values * (1 + size * size * channels) };
}
