/** Layers that change width and height and learn nothing: [upsample], [reorg], [reorg3d], [crop]. */
import type { Section } from '../../cfg/cfg.ts';
import { imageOutput, inputImage, demand, type Cost, type Place } from '../layer.ts';
import { flag, integer } from '../../cfg/options.ts';

/** A negative stride makes it smaller. */
export function upsample(section: Section, place: Place): Cost {
  const { width, height, channels } = inputImage(section, place);
  const stride = integer(section, 'stride', 2);
  const scaled = (side: number): number => (stride < 0 ? Math.trunc(side / -stride) : side * stride);
  demand(
    section,
    scaled(width) > 0 && scaled(height) > 0,
    `stride=${stride} of ${width} x ${height}`,
    'a stride that leaves something',
  );
  return { output: imageOutput(scaled(width), scaled(height), channels) };
}

/** Moves places into channels, or with reverse=1 channels into places. */
export function reorg(section: Section, place: Place): Cost {
  const { width, height, channels } = inputImage(section, place);
  const stride = integer(section, 'stride', 1, { least: 1 });
  const output = flag(section, 'reverse')
    ? imageOutput(width * stride, height * stride, Math.trunc(channels / (stride * stride)))
    : imageOutput(Math.trunc(width / stride), Math.trunc(height / stride), channels * stride * stride);
  demand(
    section,
    output.values > 0,
    `stride=${stride} of ${width} x ${height} x ${channels}`,
    'a stride that leaves something',
  );
  return { output };
}

export function crop(section: Section, place: Place): Cost {
  const { channels } = inputImage(section, place);
  const [height, width] = ['crop_height', 'crop_width'].map((key) =>
    integer(section, key, 1, { least: 1 }),
  ) as [number, number];
  return { output: imageOutput(width, height, channels) };
}
