/** Tables of plain text in columns; the last column is cut at the terminal's edge, never wrapped. */
import { escapeLine } from '../base/escape.ts';
import { style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { cut } from './wrap.ts';

/**
 * @param head column titles; empty for none
 * @param rows cells as they are; they are escaped here
 * @returns lines, each ended by a newline
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: Terminal,
): string {
  const paint = style(terminal);
  const cells = rows.map((row) => row.map(escapeLine));
  const count = Math.max(head.length, ...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(head[at]?.length ?? 0, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string => {
    const text = row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at]!))).join('  ');
    return terminal.interactive ? cut(text, terminal.columns, paint.symbols.rest) : text;
  };
  const lines = cells.map(line);
  if (head.length > 0) lines.unshift(paint.bold(line(head)));
  return lines.map((text) => `${text.trimEnd()}\n`).join('');
}
