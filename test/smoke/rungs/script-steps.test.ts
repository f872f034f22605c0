import { describe, expect, it } from 'vitest';
import { silent } from '../../../src/base/events.ts';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { climb, exitCodeOf } from '../../../src/smoke/ladder.ts';
import type { JsonValue } from '../../../src/base/json.ts';
import { SCRIPT_REQUIRED, scriptSteps } from '../../../src/smoke/rungs/script-steps.ts';

const check = (rung: string, name: string, status: string, because: string | null = null) => ({
  ...{ rung, name, status, because, figures: { of: name } },
});

async function climbed(...checks: ReturnType<typeof check>[]) {
  let runs = 0;
  const run = async (): Promise<JsonValue> => {
    runs++;
    return { checks, notes: [] };
  };
  const result = await climb(scriptSteps(run), { emit: silent });
  return { ...result, runs, exitCode: exitCodeOf(result, SCRIPT_REQUIRED) };
}

describe('scriptSteps', () => {
  it('runs the script once, and puts its checks on their rungs', async () => {
    const { runs, rungs, overall, exitCode } = await climbed(
      check('device', 'devices', 'passed'),
      check('libraries', 'matrix-product', 'passed'),
      check('inference', 'a', 'passed'),
      check('inference', 'b', 'passed'),
    );
    expect([runs, overall, exitCode]).toEqual([1, 'passed', 0]);
    expect(rungs.map(({ rung }) => rung)).toEqual(['device', 'libraries', 'inference']);
    expect(rungs[2]!.figures).toEqual({ a: { of: 'a' }, b: { of: 'b' } });
  });

  it('is partial without a GPU, and fine: the rest was judged', async () => {
    const { overall, exitCode, rungs } = await climbed(
      check('device', 'devices', 'not-run', 'no GPU'),
      check('libraries', 'matrix-product', 'passed'),
      check('inference', 'a', 'passed'),
    );
    expect([overall, exitCode, rungs[0]!.because]).toEqual(['partial', 0, 'devices: no GPU']);
  });

  it('fails a rung with the reason of the check that failed', async () => {
    const { exitCode, rungs } = await climbed(
      check('libraries', 'matrix-product', 'passed'),
      check('inference', 'a', 'failed', 'batchnorm-not-updating: it stands still'),
      check('inference', 'b', 'passed'),
    );
    expect(exitCode).toBe(1);
    expect(rungs[2]).toMatchObject({
      status: 'failed',
      because: 'a: batchnorm-not-updating: it stands still',
    });
  });

  it('never takes a rung that nothing was checked of for passed', async () => {
    const { exitCode, rungs } = await climbed(check('inference', 'a', 'passed'));
    expect(rungs[1]).toMatchObject({ rung: 'libraries', status: 'not-run' });
    expect(exitCode).toBe(3);
  });

  it('fails every rung where the script fails, or gives something else', async () => {
    const stop = async (): Promise<JsonValue> => {
      throw new GpuSetupError('script-failed', 'TensorFlow did not run');
    };
    const stopped = await climb(scriptSteps(stop), { emit: silent });
    expect(stopped.rungs.map(({ because }) => because)).toEqual(Array(3).fill('TensorFlow did not run'));
    const odd = await climb(
      scriptSteps(async () => ({ checks: [{ rung: 'roof' }] })),
      { emit: silent },
    );
    expect(odd.rungs[0]!.because).toMatch(/no result of the known form: checks\.0\.rung/);
  });
});
