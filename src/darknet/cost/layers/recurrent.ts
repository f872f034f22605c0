/**
 * Layers with a state: [rnn], [gru] and [lstm] are made of connected layers, [crnn] and [conv_lstm] of convolutions. The
 * figures are those of one time step. darknet counts operations only for the last two.
 */
import type { Section } from '../../cfg/cfg.ts';
import {
  imageOutput,
  inputImage,
  demand,
  vectorOutput,
  type Cost,
  type Output,
  type Place,
  type Shape,
} from '../layer.ts';
import { flag, integer } from '../../cfg/options.ts';
import { convolve, type ConvolutionCost } from './convolution.ts';
import { connectedParameters } from './vector.ts';

interface Gate {
  inputs: number;
  outputs: number;
}

export function rnn(section: Section, place: Place): Cost {
  const hidden = integer(section, 'hidden', 1, { least: 1 });
  const outputs = integer(section, 'output', 1, { least: 1 });
  const inner = [
    { inputs: place.input.values, outputs: hidden },
    { inputs: hidden, outputs: hidden },
    { inputs: hidden, outputs },
  ];
  // Its output is that of the last one inside.
  return gated(section, inner, imageOutput(1, 1, outputs), 0);
}

/** Update, reset and candidate, each from the input and from the state. */
export function gru(section: Section, place: Place): Cost {
  const outputs = integer(section, 'output', 1, { least: 1 });
  return gated(section, pairs(3, place.input.values, outputs), vectorOutput(outputs), outputs);
}

/** Forget, input, cell and output gate, each from the input and from the state. */
export function lstm(section: Section, place: Place): Cost {
  const outputs = integer(section, 'output', 1, { least: 1 });
  return gated(section, pairs(4, place.input.values, outputs), imageOutput(1, 1, outputs), outputs);
}

function pairs(count: number, inputs: number, outputs: number): Gate[] {
  return Array.from({ length: count }, () => [
    { inputs, outputs },
    { inputs: outputs, outputs },
  ]).flat();
}

function gated(section: Section, gates: readonly Gate[], output: Output, ownValues: number): Cost {
  const normalized = flag(section, 'batch_normalize');
  return {
    output,
    parameters: sum(gates.map((gate) => connectedParameters(gate.inputs, gate.outputs, normalized))),
    activations: ownValues + sum(gates.map((gate) => gate.outputs)),
  };
}

export function crnn(section: Section, place: Place): Cost {
  const input = inputImage(section, place);
  const hidden = integer(section, 'hidden', 1, { least: 1 });
  const inside = innerConvolution(section);
  const first = inside(input, hidden);
  const self = inside({ ...input, channels: hidden }, hidden);
  const last = inside({ ...input, channels: hidden }, integer(section, 'output', 1, { least: 1 }));
  const kept = first.output.values === hidden * input.width * input.height;
  demand(
    section,
    kept,
    'the size changes from step to step',
    'stride=1 and padding that keeps width and height',
  );
  return { output: last.output, ...inner([first, self, last]) };
}

export function convLstm(section: Section, place: Place): Cost {
  const input = inputImage(section, place);
  const filters = integer(section, 'output', 1, { least: 1 });
  const [peephole, bottleneck] = [flag(section, 'peephole'), flag(section, 'bottleneck')];
  const inside = innerConvolution(section);
  const ofInput = repeat(4, inside(input, filters));
  const ofState = bottleneck
    ? [inside({ ...input, channels: 2 * filters }, filters)]
    : repeat(4, inside({ ...input, channels: filters }, filters));
  const ofCell = peephole ? repeat(3, inside({ ...input, channels: filters }, filters)) : [];
  const { output } = ofInput[0]!;
  const cost = inner([...ofInput, ...ofState, ...ofCell]);
  // Products and sums of the gates, by darknet's count.
  const gates = ((peephole ? 12 : 9) * output.values) / 1e9;
  return {
    output,
    ...cost,
    bflops: Math.fround(cost.bflops + gates),
    activations: cost.activations + output.values,
  };
}

/** The last `channels` frames, one behind the other. */
export function history(section: Section, place: Place): Cost {
  const { width, height, channels } = inputImage(section, place);
  return { output: imageOutput(width, height, channels * integer(section, 'history_size', 4, { least: 1 })) };
}

function innerConvolution(section: Section): (input: Shape, filters: number) => ConvolutionCost {
  const size = integer(section, 'size', 3, { least: 1 });
  const stride = integer(section, 'stride', 1, { least: 1 });
  const padding = flag(section, 'pad') ? Math.trunc(size / 2) : integer(section, 'padding', 0);
  const groups = integer(section, 'groups', 1);
  const [batchNormalize, xnor] = [flag(section, 'batch_normalize'), flag(section, 'xnor')];
  return (input, filters) =>
    convolve(section, {
      input,
      filters,
      groups,
      size,
      strideX: stride,
      strideY: stride,
      padding,
      batchNormalize,
      xnor,
    });
}

function inner(parts: readonly ConvolutionCost[]): {
  bflops: number;
  parameters: number;
  activations: number;
} {
  return {
    bflops: parts.reduce((total, { bflops }) => Math.fround(total + bflops), 0),
    parameters: sum(parts.map(({ parameters }) => parameters)),
    activations: sum(parts.map(({ output }) => output.values)),
  };
}

function repeat<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
