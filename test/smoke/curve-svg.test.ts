import { describe, expect, it } from 'vitest';
import { curveSvg } from '../../src/smoke/curve-svg.ts';

const loss = Array.from({ length: 100 }, (_, at) => ({ iteration: at + 1, loss: 100 / (at + 1) }));

describe('curveSvg', () => {
  it('draws one line for the loss and a point for each mAP, inside the picture', () => {
    const svg = curveSvg({
      loss,
      map50: [
        { iteration: 50, map50: 0.5 },
        { iteration: 100, map50: 1 },
      ],
    });
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect(svg).toContain('<circle cx="660.0" cy="40.0"');
    const line = /<path d="(M[^"]*)" fill="none" stroke="#d95f02"/.exec(svg)![1]!;
    const points = line
      .slice(1)
      .split('L')
      .map((point) => point.split(' ').map(Number));
    expect(points).toHaveLength(100);
    expect(points.every(([x, y]) => x! >= 60 && x! <= 660 && y! >= 40 && y! <= 310)).toBe(true);
  });

  it('leaves out what is no number, and needs no value at all', () => {
    const broken = curveSvg({
      loss: [
        { iteration: 1, loss: NaN },
        { iteration: 2, loss: 3 },
      ],
      map50: [],
    });
    expect(broken).not.toContain('NaN');
    expect(curveSvg({ loss: [], map50: [] })).not.toMatch(/NaN|Infinity|undefined/);
  });
});
