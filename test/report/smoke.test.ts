import { describe, expect, it } from 'vitest';
import { sparkline } from '../../src/report/curve.ts';
import { renderSmoke, type SmokeView } from '../../src/report/smoke.ts';

const plain = { columns: 80, color: false, interactive: false, unicode: true };

describe('sparkline', () => {
  it('is as high as the means, and as wide as asked or as there are values', () => {
    expect(sparkline([8, 8, 4, 4, 0, 0], 3, plain)).toBe('█▅▁');
    expect(sparkline([1, 2], 10, plain)).toHaveLength(2);
    expect(sparkline([], 10, plain)).toBe('');
  });

  it('leaves out what is no number, cuts at the given height, and falls back to ASCII', () => {
    expect(sparkline([NaN, 100, 1, 0], 10, { unicode: false }, 1)).toBe('##_');
    expect(sparkline([0, 0], 10, plain)).toBe('▁▁');
  });
});

describe('renderSmoke', () => {
  const rung = (
    name: SmokeView['rungs'][number]['rung'],
    status: 'passed' | 'failed' | 'not-run',
    because: string | null,
  ) => ({
    rung: name,
    status,
    because,
    seconds: 1,
    figures: {},
  });
  const view: SmokeView = {
    name: 'cuda10',
    overall: 'partial',
    reached: 'compile',
    required: ['loader', 'compile', 'device'],
    hints: [],
    curve: null,
    kept: null,
    rungs: [
      rung('loader', 'passed', null),
      rung('compile', 'passed', null),
      rung('device', 'not-run', 'there is no NVIDIA GPU here'),
      rung('kernel', 'not-run', 'there is no NVIDIA GPU here'),
    ],
  };

  it('tells what was not run, why, and that it is required; never as passed', () => {
    const text = renderSmoke(view, plain);
    expect(text).toContain('✓ loader      passed (1.0 s)');
    expect(text).toMatch(/\? device, kernel\n +not run, and is required: there is no NVIDIA GPU here/);
    expect(text).toContain('cuda10: passed in part, up to compile; not run: device, kernel');
    expect(text).not.toContain('everything passed');
  });

  it('names what failed, escaped', () => {
    const failed = {
      ...view,
      overall: 'failed' as const,
      rungs: [rung('compile', 'failed', 'bad \u001b[31m line')],
    };
    const text = renderSmoke(failed, plain);
    expect(text).toContain('✗ compile     failed: bad \\u001b[31m line');
    expect(text).toContain('cuda10: compile failed');
  });

  it('draws how the network learned', () => {
    const curve = {
      loss: Array.from({ length: 100 }, (_, at) => ({ iteration: at + 1, loss: 100 / (at + 1) })),
      map50: [
        { iteration: 50, map50: 0.5 },
        { iteration: 100, map50: 0.9 },
      ],
    };
    const text = renderSmoke({ ...view, curve, kept: { curve: '/home/x/curve.svg' } }, plain);
    expect(text).toMatch(/loss +█+.* 100\.0 to 1\.00/);
    expect(text).toContain('mAP@0.5  50: 0.500   100: 0.900');
    expect(text).toContain('curve    /home/x/curve.svg');
  });

  it('stays within the width of the terminal', () => {
    const long = { ...view, rungs: [rung('loader', 'failed', 'word '.repeat(60))] };
    const lines = renderSmoke(long, plain).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});
