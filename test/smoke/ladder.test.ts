import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../src/base/errors.ts';
import type { WorkEvent } from '../../src/base/events.ts';
import { climb, exitCodeOf, failed, notRun, passed, stepsUpTo, type Step } from '../../src/smoke/ladder.ts';

const step = (rung: Step['rung'], run: Step['run'], needs: Step['needs'] = []): Step => ({
  rung,
  needs,
  run,
});
const silent = { emit: () => {} };

describe('climb', () => {
  it('is passed only where every rung passed', async () => {
    const result = await climb([step('loader', async () => passed({ files: 3 }))], silent);
    expect(result).toMatchObject({ overall: 'passed', reached: 'loader' });
    expect(result.rungs[0]).toMatchObject({ status: 'passed', because: null, figures: { files: 3 } });
    expect(exitCodeOf(result, ['loader'])).toBe(0);
  });

  it('does not take a machine without a GPU for one that passed', async () => {
    const result = await climb(
      [
        step('compile', async () => passed({})),
        step('device', async () => notRun('no GPU')),
        step('kernel', async () => passed({}), ['device']),
      ],
      silent,
    );
    expect(result).toMatchObject({ overall: 'partial', reached: 'compile' });
    expect(result.rungs.map(({ status }) => status)).toEqual(['passed', 'not-run', 'not-run']);
    expect(result.rungs[2]!.because).toContain('"device", which was not run');
    expect(exitCodeOf(result, ['compile'])).toBe(0);
    expect(exitCodeOf(result, ['compile', 'device'])).toBe(3);
  });

  it('goes on past a failure with what does not need it, and ends with 1 even where that was not required', async () => {
    const result = await climb(
      [
        step('loader', async () => failed('libx.so is missing', {}, 'verify it')),
        step('compile', async () => passed({})),
        step('runtime', async () => passed({}), ['loader']),
      ],
      silent,
    );
    expect(result.rungs.map(({ status }) => status)).toEqual(['failed', 'passed', 'not-run']);
    expect(result).toMatchObject({ overall: 'failed', reached: 'compile', hints: ['verify it'] });
    expect(exitCodeOf(result, [])).toBe(1);
  });

  it('makes an expected error that rung’s failure, and lets a bug through', async () => {
    const refused = new GpuSetupError('darknet-failed', 'it ended', { hint: 'build it again' });
    const result = await climb([step('training', () => Promise.reject(refused))], silent);
    expect(result.rungs[0]).toMatchObject({ status: 'failed', because: 'it ended' });
    expect(result.hints).toEqual(['build it again']);
    await expect(
      climb([step('training', () => Promise.reject(new TypeError('bug')))], silent),
    ).rejects.toThrow('bug');
  });

  it('stops with the signal’s reason, whatever the rung made of it', async () => {
    const controller = new AbortController();
    const steps = [
      step('training', async () => {
        controller.abort(new Error('stopped'));
        throw new GpuSetupError('darknet-failed', 'killed');
      }),
    ];
    await expect(climb(steps, { ...silent, signal: controller.signal })).rejects.toThrow('stopped');
  });

  it('shows nothing of rungs that are known not to be run', async () => {
    const events: WorkEvent[] = [];
    await climb([step('device', notRun('no GPU'))], { emit: (event) => events.push(event) });
    expect(events).toEqual([]);
  });

  it('never tells a rung that was not run as done', async () => {
    const events: WorkEvent[] = [];
    await climb([step('device', async () => notRun('no GPU'))], { emit: (event) => events.push(event) });
    expect(events.at(-1)).toMatchObject({ type: 'end', outcome: 'skipped', note: 'no GPU' });
  });
});

it('--upto takes the rungs below and the one that is named', () => {
  const steps = [step('loader', passed({})), step('compile', passed({})), step('training', passed({}))];
  expect(stepsUpTo(steps, 'runtime').map(({ rung }) => rung)).toEqual(['loader', 'compile']);
  expect(stepsUpTo(steps, 'compile').map(({ rung }) => rung)).toEqual(['loader', 'compile']);
  expect(stepsUpTo(steps, null)).toHaveLength(3);
});
