/** From sections to layers, each with what it costs. */
import { nearest } from '../../base/suggest.ts';
import { badCfg } from '../cfg/bad-cfg.ts';
import type { Section } from '../cfg/cfg.ts';
import { LAYER_ALIASES, LAYER_TYPES } from './layer-types.ts';
import { imageOutput, vectorOutput, type Cost, type Layer, type Output, type Place } from './layer.ts';
import { integer, MAX_INT } from '../cfg/options.ts';

export interface Network {
  input: Output;
  layers: readonly Layer[];
}

/** @throws GpuSetupError `bad-cfg` for what darknet cannot load either, by line */
export function buildNetwork(sections: readonly Section[]): Network {
  const [net, ...rest] = sections;
  const input = networkInput(net!);
  if (rest.length === 0) throw badCfg(net!.file, net!.line, 'no layer follows', 'one section per layer');
  const layers: Layer[] = [];
  let output = input;
  for (const [index, section] of rest.entries()) {
    const layer = buildLayer(section, { index, input: output, layers });
    layers.push(layer);
    output = layer.output;
  }
  return { input, layers };
}

function networkInput(net: Section): Output {
  if (net.name !== 'net' && net.name !== 'network')
    throw badCfg(net.file, net.line, `the first section is [${net.name}]`, '[net] or [network]');
  const [width, height, channels] = ['width', 'height', 'channels'].map((key) =>
    integer(net, key, 0, { least: 0 }),
  ) as [number, number, number];
  const image = imageOutput(width, height, channels);
  const values = integer(net, 'inputs', 0, { least: 0 });
  if (image.values === 0 && values === 0)
    throw badCfg(net.file, net.line, `[${net.name}] has no input`, 'width, height and channels, or inputs');
  if (image.values === 0) return vectorOutput(values);
  const output = values === 0 ? image : { ...image, values };
  checkCounts(net, output, 0);
  return output;
}

function buildLayer(section: Section, place: Place): Layer {
  const type = LAYER_ALIASES.get(section.name) ?? section.name;
  const layerType = LAYER_TYPES.get(type);
  if (layerType === undefined) throw unknownLayer(section);
  const cost = layerType(section, place);
  const layer = completed(cost, type, place);
  checkCounts(section, layer.output, layer.weightsRead);
  checkCounts(section, layer.named, layer.parameters);
  return layer;
}

function completed(cost: Cost, type: string, place: Place): Layer {
  const { output, parameters = 0 } = cost;
  return {
    named: output,
    bflops: 0,
    weightsRead: parameters,
    reads: place.input.values,
    activations: output.values,
    ...cost,
    parameters,
    index: place.index,
    type,
  };
}

/** darknet's counters are C ints: beyond them it wraps around and crashes. */
function checkCounts(section: Section, { values }: Output, weights: number): void {
  for (const [what, count] of [
    ['output values', values],
    ['weights', weights],
  ] as const) {
    if (!(count <= MAX_INT))
      throw badCfg(
        section.file,
        section.line,
        `[${section.name}] has ${count} ${what}`,
        `at most ${MAX_INT}, as darknet can count`,
      );
  }
}

function unknownLayer(section: Section): Error {
  const names = [...LAYER_TYPES.keys(), ...LAYER_ALIASES.keys()];
  const close = nearest(section.name, names, 1)[0];
  const expected =
    close === undefined ? `one of ${[...LAYER_TYPES.keys()].join(', ')}` : `[${close}] perhaps`;
  return badCfg(section.file, section.line, `there is no layer [${section.name}]`, expected);
}
