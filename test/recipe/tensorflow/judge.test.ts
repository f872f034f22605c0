import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasPrograms } from '../../support/has-programs.ts';

const FOLDER = fileURLToPath(new URL('../../../recipes/tensorflow-1.9/', import.meta.url));

/** Value of a Python expression about the module judge. -B: no compiled files beside the recipe. */
function ask(expression: string): unknown {
  const code = `import json, sys; sys.path.insert(0, sys.argv[1]); import judge; print(json.dumps(${expression}))`;
  return JSON.parse(
    execFileSync('python3', ['-B', '-c', code, FOLDER], { encoding: 'utf8', timeout: 20_000 }),
  );
}

const python = (value: unknown): string => `json.loads(${JSON.stringify(JSON.stringify(value))})`;

const hasPython = hasPrograms('python3');

interface Case {
  updates: boolean;
  decay: number;
  steps: number;
  moved: number;
  expected: number;
  deviation: number;
  training: number;
  inference: number;
}

const healthy: Case = {
  ...{ updates: true, decay: 0.95, steps: 3000, moved: 20, expected: 20, deviation: 1e-6 },
  ...{ training: 0.98, inference: 0.98 },
};
const judged = (change: Partial<Case>) =>
  ask(`judge.judge_training(${python({ ...healthy, ...change })})`) as {
    status: string;
    because: string | null;
  };

describe.skipIf(!hasPython)('recipes/tensorflow-1.9/judge.py (needs python3)', () => {
  it('knows how much of the start value is left, and when it is gone', () => {
    expect(ask('judge.remaining(0.9997, 3000)')).toBeCloseTo(0.41, 2);
    expect(ask('[judge.steps_until(0.9997), judge.steps_until(0.95)]')).toEqual([15349, 90]);
    expect(ask('judge.remaining(0.95, judge.steps_until(0.95))')).toBeLessThanOrEqual(0.01);
  });

  it('computes moving averages by their definition', () => {
    expect(ask('judge.moving_average(0.0, [10.0] * 3000, 0.9997)')).toBeCloseTo(10 * (1 - 0.9997 ** 3000), 6);
    expect(ask('judge.moving_average(0.0, [1.0, 2.0], 0.5)')).toBe(1.25);
    expect(ask('judge.moving_average(3.0, [], 0.5)')).toBe(3);
  });

  it('passes what a right TensorFlow shows in all four trainings, traps included', () => {
    expect(judged({}).status).toBe('passed');
    expect(judged({ decay: 0.9997, inference: 0.5 }).status).toBe('passed');
    expect(judged({ updates: false, moved: 0, inference: 0.5 }).status).toBe('passed');
    expect(judged({ updates: false, moved: 0, decay: 0.9997, inference: 0.5 }).status).toBe('passed');
  });

  it.each([
    ['updates that change nothing', { moved: 0, inference: 0.5 }, /^batchnorm-not-updating: /],
    ['averages that are not the defined ones', { deviation: 0.3 }, /0\.3 away from/],
    ['averages that move by themselves', { updates: false }, /in place/],
    ['inference that is worse with averages up to date', { inference: 0.6 }, /inference \(0\.60\) is worse/],
    ['a network that does not learn', { training: 0.5 }, /did not learn/],
  ] as [string, Partial<Case>, RegExp][])('fails %s, and says why', (_what, change, because) => {
    const { status, because: said } = judged(change);
    expect(status).toBe('failed');
    expect(said).toMatch(because);
  });

  it('tells in words what a decay near 1 does to inference', () => {
    expect(ask(`judge.explain(${python({ ...healthy, decay: 0.9997, inference: 0.5 })})`)).toBe(
      'batchnorm-updated-0.9997: accuracy 0.98 in training, 0.50 with is_training False; 41 % of the start values left after 3000 steps with decay 0.9997 (under 1 % after 15349)',
    );
    expect(ask(`judge.explain(${python({ ...healthy, updates: false, moved: 0, inference: 0.5 })})`)).toMatch(
      /update operations never run/,
    );
    expect(ask(`judge.explain(${python(healthy)})`)).not.toMatch(/;/);
  });

  it('never takes a CPU for a GPU', () => {
    const names = '["/device:CPU:0"]';
    expect(ask(`judge.judge_devices(${names}, True)`)).toMatchObject({ status: 'failed' });
    expect(ask(`judge.judge_devices(${names}, False)`)).toMatchObject({ status: 'not-run' });
    expect(ask('judge.judge_devices(["/device:CPU:0", "/device:GPU:0"], True)')).toMatchObject({
      status: 'passed',
    });
  });

  it('bounds a matrix product by what rounding may add up to', () => {
    expect(ask('judge.judge_product(1e-5, 512, "/cpu:0")')).toMatchObject({ status: 'passed' });
    expect(ask('judge.judge_product(1e-2, 512, "/cpu:0")')).toMatchObject({ status: 'failed' });
    expect(ask('judge.judge_product(float("inf"), 512, "/cpu:0")["status"]')).toBe('failed');
  });

  it('is passed as a whole only where everything passed', () => {
    const of = (...statuses: string[]) =>
      ask(`judge.overall(${python(statuses.map((status) => ({ status })))})`);
    expect([of('passed', 'passed'), of('passed', 'not-run'), of('not-run', 'failed')]).toEqual([
      ...['passed', 'partial', 'failed'],
    ]);
  });
});
