import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { MAX_CFG_BYTES, parseCfg } from '../../../src/darknet/cfg/cfg.ts';
import { costOfCfg } from '../../../src/darknet/cost/cost.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string) =>
  parseCfg(bytes(text), 'x.cfg').map(({ name, line, options }) => ({
    name,
    line,
    options: Object.fromEntries([...options].map(([key, { value, line }]) => [key, [value, line]])),
  }));

describe('parseCfg', () => {
  it('reads sections, keys and comments with their lines, and space anywhere', () => {
    expect(parse('# first\n[net]\n; second\nwidth = 4 1 6\n\n [ maxpool ]\r\n\tsize=2\r\n[maxpool]')).toEqual(
      [
        { name: 'net', line: 2, options: { width: ['416', 4] } },
        { name: 'maxpool', line: 6, options: { size: ['2', 7] } },
        { name: 'maxpool', line: 8, options: {} },
      ],
    );
  });

  it('takes the first of two values, and none for a key without one', () => {
    expect(parse('[net]\na=\na=1\na=2\nb=c=d')[0]!.options).toEqual({ a: ['1', 3], b: ['c=d', 5] });
  });

  it('takes comments in any encoding', () => {
    const latin1 = Uint8Array.from([...bytes('[net]\n# caf'), 0xe9, ...bytes('\nwidth=1')]);
    expect(parseCfg(latin1, 'x.cfg')[0]!.options.get('width')?.value).toBe('1');
  });

  it('takes keys that are names of object members', () => {
    expect(parse('[net]\n__proto__=1\nconstructor=2')[0]!.options).toMatchObject({ constructor: ['2', 3] });
  });

  it.each([
    ['nothing', '', 'x.cfg: there is no section; expected [net]'],
    ['comments alone', '# a\n; b\n', 'x.cfg: there is no section; expected [net]'],
    [
      'a value before a section',
      'width=1\n[net]',
      'x.cfg, line 1: "width=1" before the first section; expected [net]',
    ],
    [
      'a byte order mark',
      '\ufeff[net]',
      'x.cfg, line 1: "\ufeff[net]" before the first section; expected [net]',
    ],
    [
      'a line that is no pair',
      '[net]\nwidth',
      'x.cfg, line 2: "width"; expected key=value, [section] or # comment',
    ],
    ['a value without a key', '[net]\n=1', 'x.cfg, line 2: "=1"; expected key=value, [section] or # comment'],
    [
      'an open bracket',
      '[net',
      'x.cfg, line 1: "[net"; expected a section as [convolutional], alone on its line',
    ],
    [
      'something behind a section',
      '[net]x',
      'x.cfg, line 1: "[net]x"; expected a section as [convolutional], alone on its line',
    ],
    ['a binary file', '[net]\n\u0000', 'x.cfg, line 2: a zero byte: the file is binary; expected text'],
    [
      'a page of HTML',
      '<!DOCTYPE html>',
      'x.cfg, line 1: "<!DOCTYPEhtml>" before the first section; expected [net]',
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(() => parse(text)).toThrowError(expect.objectContaining({ code: 'bad-cfg', message }) as Error);
  });

  it('quotes no more of a long line than a terminal holds', () => {
    expect(() => parse(`[net]\n${'x'.repeat(10_000)}`)).toThrow(/line 2: "x{60}\.\.\."/);
  });

  it('refuses a file larger than any network', () => {
    expect(() => parseCfg(new Uint8Array(MAX_CFG_BYTES + 1).fill(0x23), 'x.cfg')).toThrow(
      /larger than 1 MiB/,
    );
  });

  it('takes a file as large as allowed without trouble', () => {
    const head = '[net]\nwidth=8\nheight=8\nchannels=1\n';
    const layers = Math.floor((MAX_CFG_BYTES - head.length) / '[maxpool]\n'.length);
    const started = performance.now();
    expect(costOfCfg(bytes(head + '[maxpool]\n'.repeat(layers)), 'x.cfg').layers).toHaveLength(layers);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('any text', () => {
  const keys = [
    'size',
    'stride',
    'pad',
    'filters',
    'groups',
    'layers',
    'from',
    'output',
    'hidden',
    'mask',
    'share_index',
  ];
  const value = fc.oneof(fc.integer().map(String), fc.integer({ min: -3, max: 9 }).map(String), fc.string());
  const types = [
    'convolutional',
    'maxpool',
    'route',
    'shortcut',
    'upsample',
    'reorg',
    'yolo',
    'crnn',
    'conv_lstm',
    'local',
    'gru',
  ];
  const section = fc
    .tuple(fc.constantFrom(...types), fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 4 }))
    .map(([type, pairs]) => [`[${type}]`, ...pairs.map(([key, text]) => `${key}=${text}`)].join('\n'));
  const network = fc
    .array(section, { minLength: 1, maxLength: 6 })
    .map((sections) => ['[net]\nwidth=9\nheight=7\nchannels=3', ...sections].join('\n'));

  it('gives finite, whole, non-negative figures or a bad-cfg, never another error', () => {
    fc.assert(
      fc.property(fc.oneof(network, fc.string()), (text) => {
        try {
          const { bflops, parameters, activationBytes, layers } = costOfCfg(bytes(text), 'x.cfg');
          expect(Number.isFinite(bflops) && bflops >= 0).toBe(true);
          for (const count of [parameters, activationBytes, ...layers.map(({ output }) => output.values)])
            expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        } catch (error) {
          if (!(error instanceof GpuSetupError)) throw error;
          expect(error.code).toBe('bad-cfg');
        }
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
