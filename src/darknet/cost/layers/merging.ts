/** Layers that bring the outputs of others together: [route], [shortcut], [scale_channels], [sam]. */
import type { Section } from '../../cfg/cfg.ts';
import {
  describe,
  inputImage,
  layerAt,
  demand,
  vectorOutput,
  type Cost,
  type Output,
  type Place,
} from '../layer.ts';
import { integer, integers, word } from '../../cfg/options.ts';

/** One behind the other, or one group of channels of them. */
export function route(section: Section, place: Place): Cost {
  const sources = integers(section, 'layers').map((index) => layerAt(section, 'layers', index, place).named);
  const groups = integer(section, 'groups', 1, { least: 1 });
  const values = Math.trunc(sources.reduce((sum, source) => sum + source.values, 0) / groups);
  return { output: joined(section, sources, groups, values), reads: values };
}

/** Sources of different width or height leave a plain vector. */
function joined(section: Section, sources: readonly Output[], groups: number, values: number): Output {
  const images = sources.map(({ image }) => image);
  const first = images[0];
  if (!first || images.some((image) => image?.width !== first.width || image.height !== first.height))
    return vectorOutput(values);
  const all = images.reduce((sum, image) => sum + image!.channels, 0);
  const channels = Math.trunc(all / groups);
  demand(section, channels > 0, `${groups} groups of ${all} channels`, 'at most as many groups as channels');
  return { image: { width: first.width, height: first.height, channels }, values };
}

/** The sum of the layer before and others; they may have fewer or more channels. */
export function shortcut(section: Section, place: Place): Cost {
  const input = inputImage(section, place);
  const others = integers(section, 'from').map((index) => layerAt(section, 'from', index, place));
  for (const { index, named } of others) {
    const same = named.image?.width === input.width && named.image.height === input.height;
    demand(
      section,
      same,
      `layer ${index} gives ${describe(named)}, the layer before gives ${describe(place.input)}`,
      'layers of the same width and height (darknet stops here too)',
    );
  }
  const values = input.width * input.height * input.channels;
  const weights = shortcutWeights(section, others.length, input.channels);
  return {
    output: { image: input, values },
    bflops: Math.fround((values * others.length) / 1e9) * (weights > 0 ? 2 : 1),
    parameters: weights,
    reads: place.input.values + others.reduce((sum, { named }) => sum + named.values, 0),
  };
}

function shortcutWeights(section: Section, others: number, channels: number): number {
  const type = word(section, 'weights_type', 'none');
  if (type === 'none') return 0;
  const normalization = word(section, 'weights_normalization', 'none');
  demand(
    section,
    ['relu', 'avg_relu', 'softmax'].includes(normalization),
    `weights_normalization is ${normalization}`,
    'relu or softmax with a weights_type',
  );
  demand(
    section,
    ['per_feature', 'per_layer', 'per_channel'].includes(type),
    `weights_type is ${type}`,
    'none, per_feature or per_channel',
  );
  return (others + 1) * (type === 'per_channel' ? channels : 1);
}

/** Scales another layer's channels (or with scale_wh its places) by the layer before. */
export function scaleChannels(section: Section, place: Place): Cost {
  const scale = inputImage(section, place);
  const source = layerAt(section, 'from', integers(section, 'from')[0]!, place).named;
  const { image } = source;
  const fits =
    integer(section, 'scale_wh', 0) === 0
      ? scale.width === 1 && scale.height === 1 && image?.channels === scale.channels
      : scale.channels === 1 && image?.width === scale.width && image.height === scale.height;
  demand(
    section,
    fits,
    `${describe(place.input)} cannot scale ${describe(source)}`,
    '1 x 1 and the same channels, or with scale_wh=1 one channel and the same width and height',
  );
  return { output: source, reads: place.input.values + source.values };
}

/** Spatial attention: the product of two layers of the same shape. */
export function sam(section: Section, place: Place): Cost {
  inputImage(section, place);
  const source = layerAt(section, 'from', integers(section, 'from')[0]!, place).named;
  demand(
    section,
    describe(source) === describe(place.input),
    `${describe(place.input)} times ${describe(source)}`,
    'two layers of the same shape',
  );
  return { output: source, reads: place.input.values + source.values };
}
