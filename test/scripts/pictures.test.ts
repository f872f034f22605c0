/** README's pictures: that they show what the program prints and what the benchmark measured, and nothing is lost on the way. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
// @ts-expect-error a script without types
import { chartSvg, readBench } from '../../scripts/pictures/chart-svg.mjs';
// @ts-expect-error a script without types
import { styledLines, terminalSvg } from '../../scripts/pictures/terminal-svg.mjs';
// @ts-expect-error a script without types
import { THEMES } from '../../scripts/pictures/themes.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ESC = '\u001b';

describe('a screen as a picture', () => {
  it('keeps columns, styles and characters that mean something in XML', () => {
    const lines = styledLines(`${ESC}[1m${ESC}[31mx <&>${ESC}[39m bold${ESC}[22m    far\n`) as unknown[][];
    expect(lines).toEqual([
      [
        { text: 'x <&>', column: 0, bold: true, dim: false, colour: 31 },
        { text: ' bold', column: 5, bold: true, dim: false, colour: null },
        { text: 'far', column: 14, bold: false, dim: false, colour: null },
      ],
    ]);
    const svg = terminalSvg(`${ESC}[31mx <&>${ESC}[0m`, { columns: 10, theme: THEMES.dark }) as string;
    expect(svg).toContain('x &lt;&amp;&gt;');
    expect(svg).toContain(`fill="${THEMES.dark.sgr[31]}"`);
  });

  it('refuses a style that it cannot show, instead of leaving it out', () => {
    expect(() => styledLines(`${ESC}[4munderlined`)).toThrow('SGR 4');
  });
});

describe('the benchmark as a chart', () => {
  const table = (row: string): string =>
    `Written by \`npm run bench\` on 2026-01-02: Some Linux, 2 x CPU,\n24 GiB. Medians of 3.\n\n| What | gpu-setup | Peer | Ratio | Goal | Peak memory |\n|---|---|---|---|---|---|\n${row}\n`;

  it('takes rows, goals and the machine from docs/bench.md, and leaves out what was not measured or has no ratio for a goal', () => {
    const read = readBench(
      table(
        '| `doctor` | 0.13 s | `inxi -G`: 1.19 s | 0.11 | <= 0.15 | 56 MB |\n| x | not measured: no mirror | | | <= 1 | |\n| `list` | 2 s | `find`: 1 s | 2.00 | 150 MB | 90 MB |',
      ),
    ) as unknown;
    expect(read).toEqual({
      rows: [{ what: 'doctor', peer: 'inxi -G', ratio: 0.11, goal: 0.15 }],
      where: '2026-01-02, Some Linux, 2 x CPU, 24 GiB',
    });
    expect(() => readBench(table(''))).toThrow('no measured row');
  });

  it('is drawn from the figures that docs/bench.md has now (npm run pictures)', () => {
    const read = readBench(readFileSync(join(root, 'docs/bench.md'), 'utf8')) as unknown;
    for (const theme of [THEMES.light, THEMES.dark]) {
      const drawn = readFileSync(join(root, `docs/pictures/bench-${theme.name}.svg`), 'utf8');
      expect(drawn).toBe(chartSvg(read, theme));
    }
  });
});
