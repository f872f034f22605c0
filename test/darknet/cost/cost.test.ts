import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { costOfCfg } from '../../../src/darknet/cost/cost.ts';
import { LAYER_ALIASES, LAYER_TYPES } from '../../../src/darknet/cost/layer-types.ts';
import measured from './layers.json' with { type: 'json' };
import { cfgOf } from './sections.ts';
import networks from './total-bflops.json' with { type: 'json' };

const NET = '[net] width=64 height=48 channels=3';
const cost = (...sections: string[]) => costOfCfg(cfgOf(sections), 'test.cfg');

describe('costOfCfg agrees with what darknet made of', () => {
  it.each(measured.loaded)('$name', ({ sections, layers, bflops, weightsBytes }) => {
    const found = cost(...sections);
    expect(
      found.layers.map(({ named, bflops, parameters }) => [
        named.image?.width ?? 0,
        named.image?.height ?? 0,
        named.image?.channels ?? 0,
        named.values,
        bflops.toPrecision(7),
        parameters,
      ]),
    ).toEqual(layers.map((row) => row.map((value, at) => (at === 4 ? value.toPrecision(7) : value))));
    expect(found.bflops).toBeCloseTo(bflops, 9);
    expect(found.weightsBytes).toBe(weightsBytes);
  });

  it('for every layer type and every other name of one', () => {
    const tried = measured.loaded.flatMap(({ sections }) =>
      sections.map((section) => /^\[(.*?)\]/.exec(section)![1]!),
    );
    expect([...LAYER_TYPES.keys(), ...LAYER_ALIASES.keys()].filter((name) => !tried.includes(name))).toEqual(
      [],
    );
  });

  it.each(measured.refused)('and refuses what darknet cannot load: $name', ({ sections }) => {
    expect(() => cost(...sections)).toThrowError(expect.objectContaining({ code: 'bad-cfg' }) as Error);
  });
});

describe('costOfCfg', () => {
  it('gives the next layer what comes out of the blur of an antialiased one', () => {
    const { layers } = cost(
      NET,
      '[convolutional] filters=8 size=3 stride=2 pad=1 antialiasing=1',
      '[avgpool]',
    );
    expect(layers[0]).toMatchObject({
      output: { image: { width: 32, height: 24, channels: 8 } },
      named: { image: { width: 64, height: 48, channels: 8 } },
      activations: 64 * 48 * 8 + 32 * 24 * 8,
    });
    expect(layers[1]!.reads).toBe(32 * 24 * 8);
  });

  it('keeps the outputs of all layers as FP32; dropout and empty work in place', () => {
    const found = cost(NET, '[convolutional] filters=4', '[dropout]', '[empty]', '[maxpool] stride=2');
    expect(found.activationBytes).toBe(4 * (64 * 48 * 4 + 32 * 24 * 4));
  });

  it('counts the outputs inside recurrent layers, too', () => {
    const [image, vector] = ['[net] width=8 height=8 channels=2', '[net] inputs=10'];
    const kept = (net: string, layer: string): number => cost(net, layer).activationBytes / 4;
    expect(kept(vector, '[rnn] hidden=3 output=5')).toBe(3 + 3 + 5);
    expect(kept(vector, '[gru] output=5')).toBe(5 + 6 * 5);
    expect(kept(vector, '[lstm] output=5')).toBe(5 + 8 * 5);
    expect(kept(image, '[crnn] hidden=3 output=5 pad=1')).toBe(64 * (3 + 3 + 5));
    expect(kept(image, '[conv_lstm] output=5 pad=1')).toBe(64 * 5 * (1 + 8));
    expect(kept(image, '[conv_lstm] output=5 pad=1 peephole=1')).toBe(64 * 5 * (1 + 11));
    expect(kept(image, '[conv_lstm] output=5 pad=1 bottleneck=1')).toBe(64 * 5 * (1 + 5));
  });

  it('reads the weights of another layer that it shares, without storing them', () => {
    const { layers } = cost(NET, '[convolutional] filters=3', '[convolutional] filters=3 share_index=0');
    expect(layers[1]).toMatchObject({ parameters: 0, weightsRead: 12 });
  });

  it('calls a plain vector of n values 1 x 1 x n', () => {
    expect(cost('[net] inputs=256', '[connected] output=5').input).toEqual({
      width: 1,
      height: 1,
      channels: 256,
    });
  });

  it.each([
    [
      'a pooling that leaves less than nothing',
      '[maxpool] size=300 stride=100 padding=0',
      /size 300 does not fit 64 x 48/,
    ],
    ['more groups than channels', '[convolutional] groups=4', /4 groups of 3 channels/],
    ['more outputs than an int counts', '[convolutional] filters=2000000', /6144000000 output values/],
    ['more weights than an int counts', '[connected] output=1000000', /9217000000 weights/],
    ['numbers that no int holds', '[convolutional] filters=99999999999', /filters="99999999999"/],
    ['a negative stride', '[convolutional] stride=-1', /stride="-1"/],
    ['a word for a number', '[convolutional] filters=many', /filters="many"/],
    ['a route beyond the first layer', '[route] layers=-1', /layers=-1; expected a layer before it/],
    ['an upsampling to nothing', '[upsample] stride=0', /stride=0 of 64 x 48/],
    ['an upsampling beyond numbers', '[upsample] stride=2147483647', /output values/],
  ])('refuses %s', (_what, section, message) => {
    expect(() => cost(NET, section)).toThrow(message);
  });

  it('names file, line and what was expected', () => {
    expect(() => cost(NET, '[convolutional] filters=8', '[route] layers=-1,4')).toThrowError(
      expect.objectContaining({
        code: 'bad-cfg',
        message: 'test.cfg, line 10: layer 1 [route] has layers=4; expected -1 to -1 or 0 to 0',
        details: { file: 'test.cfg', line: 10, expected: '-1 to -1 or 0 to 0' },
      }) as Error,
    );
  });

  it('guesses what a mistyped layer was meant to be, and lists all where it cannot', () => {
    expect(() => cost(NET, '[convolutionel]')).toThrow(/\[convolutional\] perhaps/);
    expect(() => cost(NET, '[iseg]')).toThrow(
      /there is no layer \[iseg\]; expected one of convolutional, local/,
    );
    expect(() => cost(NET, '[net]')).toThrow(/there is no layer \[net\]/);
    expect(() => cost(NET, '[constructor]')).toThrow(/there is no layer/);
  });
});

/** A copy of AlexeyAB's darknet, which is not part of this repository. */
const folder = process.env['GPU_SETUP_DARKNET_DIR'];
const cfgs = folder === undefined ? null : join(folder, 'cfg');

describe.skipIf(cfgs === null)('the networks of AlexeyAB/darknet (in GPU_SETUP_DARKNET_DIR)', () => {
  const read = (name: string) => costOfCfg(readFileSync(join(cfgs!, name)), name);
  const rows = networks.networks as [name: string, total: string, weightsBytes: number | null][];

  it('have the Total BFLOPS that darknet prints, to the last digit', () => {
    expect(rows.map(([name]) => [name, read(name).bflops.toFixed(3)])).toEqual(
      rows.map(([name, total]) => [name, total]),
    );
  });

  it('have .weights files of the size that darknet writes', () => {
    const written = rows.filter(([, , bytes]) => bytes !== null);
    expect(written.map(([name]) => [name, read(name).weightsBytes])).toEqual(
      written.map(([name, , bytes]) => [name, bytes]),
    );
  });

  it.each(networks.refused)('are refused where darknet stops: %s', (name) => {
    expect(() => read(name)).toThrow(/layers of the same width and height/);
  });
});
