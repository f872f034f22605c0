import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Context, OptionValues } from '../../../src/cli/command.ts';
import { command as smoke } from '../../../src/cli/commands/smoke.ts';
import { costOfFile } from '../../../src/darknet/cost/cost-of-file.ts';
import { TARGETS } from '../../../src/compat/targets.ts';
import { cfgOf } from '../../darknet/cost/sections.ts';
import { validatorFor } from '../../support/schema.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';
import { terminal } from '../../support/context.ts';

const isCost = validatorFor('cost');

const dir = sharedTempDir();
beforeAll(() => {
  const sections = [
    '[net] width=416 height=416 channels=3',
    '[conv] filters=32 size=3 stride=2 pad=1 batch_normalize=1',
    '[maxpool] size=2 stride=2',
    '[convolutional] filters=24',
    '[yolo] classes=3 num=3',
  ];
  writeFileSync(join(dir, 'small.cfg'), cfgOf(sections));
  writeFileSync(
    join(dir, 'broken.cfg'),
    '[net]\nwidth=416\nheight=416\nchannels=3\n[convolutional]\nfilters=x\n',
  );
  writeFileSync(join(dir, 'binary.cfg'), Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]));
});

const call = (options: OptionValues) => smoke.run([], options, { cwd: dir } as Context);

interface CostDocument {
  bflops: number;
  layers: { type: string; output: number[]; bflops: number }[];
  targets: { id: string; framesPerSecond: number }[];
}

describe('smoke --cost', () => {
  it('prints a document of its schema: figures per layer and in total, and every target', async () => {
    const { json, exitCode } = await call({ cost: 'small.cfg' });
    expect(isCost(json), JSON.stringify(isCost.errors)).toBe(true);
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      schema: 'gpu-setup/cost@1',
      file: 'small.cfg',
      input: { width: 416, height: 416, channels: 3 },
      parameters: 27 * 32 + 4 * 32 + 32 * 24 + 24,
      weightsBytes: 20 + 4 * (27 * 32 + 4 * 32 + 32 * 24 + 24),
    });
    const { layers, targets, bflops } = json as CostDocument;
    expect(layers.map(({ type, output }) => [type, ...output])).toEqual([
      ['convolutional', 208, 208, 32],
      ['maxpool', 104, 104, 32],
      ['convolutional', 104, 104, 24],
      ['yolo', 104, 104, 24],
    ]);
    expect(bflops).toBeCloseTo(
      layers.reduce((sum, layer) => sum + layer.bflops, 0),
      6,
    );
    expect(targets.map(({ id }) => id)).toEqual(TARGETS.map(({ id }) => id));
  });

  it('is one call that gives the same to whoever makes it', async () => {
    const { json } = await call({ cost: 'small.cfg' });
    const { cost, targets } = costOfFile(join(dir, 'small.cfg'), 'small.cfg', null);
    const { layers: _layers, ...totals } = cost;
    expect(json).toMatchObject({ file: 'small.cfg', ...totals, targets });
  });

  it('answers for one target', async () => {
    const { json, text } = await call({ cost: 'small.cfg', target: 'visionseed' });
    expect((json as CostDocument).targets).toMatchObject([{ id: 'visionseed', tflops: 1, budget: 30 }]);
    expect(text!(terminal)).toMatch(/^visionseed .* 30 frames\/s: met$/m);
  });

  it('shows people the layers, the totals, and what is assumed', async () => {
    const { text } = await call({ cost: 'small.cfg' });
    const shown = text!(terminal);
    expect(shown).toMatch(/^ +0 +convolutional +208 x 208 x 32 +0\.074760 +992$/m);
    expect(shown).toMatch(/^operations +0\.093 BFLOPS per frame/m);
    expect(shown).toMatch(/^activations +\d+\.\d MB \(outputs of all layers, one image, FP32\)$/m);
    expect(shown).toMatch(/visionseed, assumed: the memory bandwidth/);
    expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    ['broken.cfg', /broken\.cfg, line 6: \[convolutional\] has filters="x"/],
    ['binary.cfg', /binary\.cfg, line 1: a zero byte/],
    ['none.cfg', /none\.cfg: there is no such file/],
    ['.', /cannot be read/],
  ])('refuses %s', async (cost, message) => {
    await expect(call({ cost })).rejects.toMatchObject({
      code: 'bad-cfg',
      exitCode: 1,
      message: expect.stringMatching(message) as string,
    });
  });

  it('reads no more than a network definition can have', async () => {
    await expect(call({ cost: '/dev/zero' })).rejects.toMatchObject({ code: 'bad-cfg' });
    writeFileSync(join(dir, 'huge.cfg'), '#'.repeat(3 << 20));
    await expect(call({ cost: 'huge.cfg' })).rejects.toThrow(/larger than 1 MiB/);
  });

  it('is a usage error without a name and without --cost', async () => {
    await expect(call({})).rejects.toMatchObject({ code: 'missing-argument', exitCode: 2 });
  });
});
