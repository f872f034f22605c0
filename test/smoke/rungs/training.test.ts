import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { inspectDarknet } from '../../../src/darknet/run/darknet.ts';
import { writeDataSet } from '../../../src/darknet/data/dataset.ts';
import { loadRecipes } from '../../../src/recipe/load.ts';
import type { SmokeDefinition } from '../../../src/smoke/definition.ts';
import { train } from '../../../src/smoke/rungs/training.ts';
import { fakeDarknet, type FakeDarknet } from '../fake-darknet.ts';
import { tempDir } from '../../support/temp-dir.ts';

let folder: string;
beforeEach(() => {
  folder = tempDir();
});

const recipe = (await loadRecipes('/nowhere')).get('yolov4-nano')!;
const definition = { ...(recipe.smoke as SmokeDefinition).training, iterations: 10, rounds: 2 };

async function run(fake: FakeDarknet = {}, signal?: AbortSignal) {
  const events: WorkEvent[] = [];
  const darknet = await inspectDarknet(fakeDarknet(folder, fake));
  const set = await writeDataSet(folder, 96);
  const context = { folder, env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }, gpu: false, signal };
  const training = await train(darknet, set, definition, context, (event) => events.push(event));
  return { ...training, events };
}

describe('train', () => {
  it('trains in rounds, goes on from the weights of the round before, and measures after each', async () => {
    const { outcome, curve, events } = await run();
    expect(outcome).toMatchObject({
      status: 'passed',
      figures: { map50: 1, map50OfDarknet: null, device: 'cpu' },
    });
    expect(curve.map50).toEqual([
      { iteration: 5, map50: 1 },
      { iteration: 10, map50: 1 },
    ]);
    expect(curve.loss.map(({ iteration }) => iteration)).toEqual([2, 3, 4, 5, 7, 8, 9, 10]);
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe(
      'detector train shapes.data shapes.cfg\ndetector train shapes.data shapes.cfg weights/after5.weights\n',
    );
    expect(events.filter(({ type }) => type === 'progress').at(-1)).toMatchObject({ done: 10 });
  });

  it('fails where too little is seen, by the figure', async () => {
    const { outcome } = await run({ seesOneOf: 2 });
    expect(outcome.status).toBe('failed');
    expect(outcome.because).toMatch(/mAP@0\.5 is 0\.[45]\d\d; 0\.8 was expected/);
  });

  it('asks a darknet that measures itself, and believes neither where they differ', async () => {
    const agrees = await run({ map: 'mean average precision (mAP@0.50) = 0.990000, or 99.00 %' });
    expect(agrees.outcome).toMatchObject({ status: 'passed', figures: { map50OfDarknet: 0.99 } });
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toContain('shapes.cfg -dont_show\n');
    const differs = await run({ map: 'mean average precision (mAP@0.50) = 0.700000, or 70.00 %' });
    expect(differs.outcome.because).toContain('1.000, but darknet itself says 0.700');
    const silent = await run({ map: 'Segmentation fault' });
    expect(silent.outcome.status).toBe('failed');
  });

  it('says how darknet ended, with its last words', async () => {
    const failing = run({ train: 'echo "CUDA Error: out of memory" >&2; exit 1' });
    await expect(failing).rejects.toMatchObject({
      code: 'darknet-failed',
      message: expect.stringMatching(/exit code 1: .*CUDA Error: out of memory/),
    });
    await expect(run({ train: 'kill -SEGV $$' })).rejects.toMatchObject({
      message: expect.stringContaining('ended by SIGSEGV'),
    });
  });

  it('stops in the middle of training, and what it started with it', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('stopped')), 400);
    const startedAt = Date.now();
    await expect(run({ train: 'sleep 60' }, controller.signal)).rejects.toThrow('stopped');
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('inspectDarknet', () => {
  it('refuses what is no program or no darknet', async () => {
    await expect(inspectDarknet(join(folder, 'none'))).rejects.toMatchObject({ code: 'bad-darknet' });
    await expect(inspectDarknet('/etc/passwd')).rejects.toThrow(/it is no program/);
    await expect(inspectDarknet('/bin/true')).rejects.toThrow(/detector/);
  });
});
