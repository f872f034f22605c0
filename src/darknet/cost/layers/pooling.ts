/** [maxpool], [local_avgpool] and [avgpool]. */
import type { Section } from '../../cfg/cfg.ts';
import { imageOutput, inputImage, demand, type Cost, type Output, type Place, type Shape } from '../layer.ts';
import { flag, integer } from '../../cfg/options.ts';
import { blur } from './convolution.ts';

interface Window {
  size: number;
  strideX: number;
  strideY: number;
  padding: number;
}

export function maxpool(section: Section, place: Place): Cost {
  const input = inputImage(section, place);
  const given = window(section);
  const antialiasing = integer(section, 'antialiasing', 0);
  // An antialiased layer goes step by step; the blur behind it takes the strides.
  const used = antialiasing === 0 ? given : { ...given, strideX: 1, strideY: 1 };
  const output = flag(section, 'maxpool_depth')
    ? imageOutput(input.width, input.height, integer(section, 'out_channels', 1, { least: 1 }))
    : slide(section, input, used);
  const blurred =
    antialiasing === 0 ? null : blur(section, antialiasing, output.image!, given.strideX, given.strideY);
  return {
    output: blurred ?? output,
    named: output,
    activations: output.values + (blurred?.values ?? 0),
    bflops: operations(input, given.size, output.image!),
  };
}

export function localAvgpool(section: Section, place: Place): Cost {
  const input = inputImage(section, place);
  const given = window(section);
  const output = slide(section, input, given);
  return { output, bflops: operations(input, given.size, output.image!) };
}

/** The mean of every channel. */
export function avgpool(section: Section, place: Place): Cost {
  return { output: imageOutput(1, 1, inputImage(section, place).channels) };
}

function window(section: Section): Window {
  const stride = integer(section, 'stride', 1, { least: 1 });
  const size = integer(section, 'size', stride, { least: 1 });
  return {
    size,
    strideX: integer(section, 'stride_x', stride, { least: 1 }),
    strideY: integer(section, 'stride_y', stride, { least: 1 }),
    // Both sides together.
    padding: integer(section, 'padding', size - 1),
  };
}

function slide(section: Section, input: Shape, { size, strideX, strideY, padding }: Window): Output {
  const width = Math.trunc((input.width + padding - size) / strideX) + 1;
  const height = Math.trunc((input.height + padding - size) / strideY) + 1;
  demand(
    section,
    width > 0 && height > 0,
    `size ${size} does not fit ${input.width} x ${input.height}`,
    'a smaller size or more padding',
  );
  return imageOutput(width, height, input.channels);
}

function operations(input: Shape, size: number, output: Shape): number {
  return Math.fround((size * size * input.channels * output.height * output.width) / 1e9);
}
