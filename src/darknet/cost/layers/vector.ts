/** Layers for which an image is a list of values: [connected], [softmax], [cost], and those that change values in place. */
import type { Section } from '../../cfg/cfg.ts';
import { imageOutput, inputImage, demand, vectorOutput, type Cost, type Place } from '../layer.ts';
import { flag, integer } from '../../cfg/options.ts';

/** darknet counts no operations for it: 2 per weight, but a frame needs each weight once, so that memory sets the pace. */
export function connected(section: Section, place: Place): Cost {
  const outputs = integer(section, 'output', 1, { least: 1 });
  return {
    output: imageOutput(1, 1, outputs),
    parameters: connectedParameters(place.input.values, outputs, flag(section, 'batch_normalize')),
  };
}

/** Weights and biases, and scales, means and variances of batch normalisation. */
export function connectedParameters(inputs: number, outputs: number, batchNormalize: boolean): number {
  return outputs * (inputs + (batchNormalize ? 4 : 1));
}

export function softmax(section: Section, place: Place): Cost {
  const groups = integer(section, 'groups', 1, { least: 1 });
  const { values } = place.input;
  demand(section, values % groups === 0, `${groups} groups of ${values} values`, 'groups of one size');
  return { output: vectorOutput(values) };
}

/** At inference nothing but a place to keep a result. */
export function cost(_section: Section, place: Place): Cost {
  return { output: vectorOutput(place.input.values), reads: 0 };
}

export function activation(_section: Section, place: Place): Cost {
  return { output: place.input };
}

/** [dropout] and [empty]: at inference the layer before, in the same memory. */
export function passed(_section: Section, place: Place): Cost {
  return { output: place.input, reads: 0, activations: 0 };
}

export function batchnorm(section: Section, place: Place): Cost {
  return { output: place.input, parameters: 4 * inputImage(section, place).channels };
}

export function normalization(section: Section, place: Place): Cost {
  inputImage(section, place);
  return { output: place.input };
}

/** Learned values that depend on no input. */
export function implicit(section: Section, _place: Place): Cost {
  const filters = integer(section, 'filters', 128, { least: 1 });
  const output = imageOutput(1, integer(section, 'atoms', 1, { least: 1 }), filters);
  return { output, parameters: output.values, reads: 0 };
}
