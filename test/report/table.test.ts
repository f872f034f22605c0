import { describe, expect, it } from 'vitest';
import { table } from '../../src/report/table.ts';

const HEAD = ['PACKAGE', 'VERSION', 'SOURCE'];
const ROWS = [['libcufft10', '11.1.1+~10.9.0.58~11.8.0-5~deb12u1', 'debian-bookworm']];
const at = (columns: number, interactive = true): string =>
  table(HEAD, ROWS, { columns, color: false, interactive, unicode: false });

describe('a table', () => {
  it('sets the cells of a row below its first, where the columns are wider than the terminal', () => {
    expect(at(40)).toBe(`PACKAGE
    VERSION
    SOURCE
libcufft10
    11.1.1+~10.9.0.58~11.8.0-5~deb12u1
    debian-bookworm
`);
  });

  it('sets the last cell alone below the others, where only that has no room', () => {
    expect(at(50).split('\n').slice(2, 4)).toEqual([
      'libcufft10  11.1.1+~10.9.0.58~11.8.0-5~deb12u1',
      '    debian-bookworm',
    ]);
  });

  it('breaks no path that fits below the others', () => {
    const path = '/home/user/.local/share/gpu-setup/prefixes/cuda11';
    const terminal = { columns: 60, color: false, interactive: true, unicode: false };
    expect(table([], [['cuda11', '11.8.89', '2.4 GB', path]], terminal)).toBe(
      `cuda11  11.8.89  2.4 GB\n    ${path}\n`,
    );
  });

  it('begins a digest that has no room at the edge, where a terminal breaks it without a gap', () => {
    const digest = '0123456789abcdef'.repeat(4);
    for (const columns of [40, 60]) {
      const terminal = { columns, color: false, interactive: true, unicode: false };
      expect(table([], [['lock', digest]], terminal)).toBe(`lock\n${digest}\n`);
      expect(table([], [['a', 'b'.repeat(columns), digest]], terminal)).toBe(
        `a\n${'b'.repeat(columns)}\n${digest}\n`,
      );
    }
  });

  it('has one line a row outside a terminal, however narrow', () => {
    expect(at(20, false).trimEnd().split('\n')).toHaveLength(2);
  });
});
