/**
 * Tables of plain text in columns; on a terminal the last column is broken at words, under itself. Where the columns
 * before it are wider than the terminal, only the first keeps its place, and the others stand below it, one a line.
 */
import { escapeLine } from '../base/escape.ts';
import { asCalled } from './as-called.ts';
import { displayWidth, padToWidth } from './display-width.ts';
import { style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { pieces } from './whole-commands.ts';
import { wrap } from './wrap.ts';

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
  const cells = rows.map((row) => row.map((cell) => asCalled(escapeLine(cell))));
  const count = Math.max(head.length, ...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(...[head, ...cells].map((row) => displayWidth(row[at] ?? ''))),
  );
  const lines = cells.flatMap((row) => rowLines(row, widths, terminal));
  if (head.length > 0) {
    lines.unshift(...rowLines(head, widths, terminal).map((line) => paint.bold(line.trimEnd())));
  }
  return lines.map((text) => `${text.trimEnd()}\n`).join('');
}

/** Where fewer columns are left for the last cell, it stands below the others. */
const ROOM_FOR_TEXT = 24;
const BELOW = '    ';

function rowLines(row: readonly string[], widths: readonly number[], terminal: Terminal): string[] {
  const before = row.slice(0, -1).map((cell, at) => `${padToWidth(cell, widths[at]!)}  `);
  const lead = before.join('');
  const last = row.at(-1) ?? '';
  const indent = displayWidth(lead);
  if (!terminal.interactive) return [lead + last];
  if (isTooWide(widths, terminal)) {
    const [first = '', ...others] = row;
    return [
      first,
      ...others
        .filter((cell) => cell !== '')
        .flatMap((cell) => (hasNoRoom(cell, terminal) ? [cell] : wrap(cell, terminal.columns, BELOW))),
    ];
  }
  if (indent + displayWidth(last) <= terminal.columns) return [lead + last];
  const room = terminal.columns - indent;
  // A path is one word: one that has no room beside the others may have it below them.
  const longest = Math.max(...pieces(last).map(displayWidth));
  if (indent > 0 && hasNoRoom(last, terminal)) return [lead, last];
  const fitsOnlyBelow = longest > room && longest <= terminal.columns - BELOW.length;
  if (room >= ROOM_FOR_TEXT && !fitsOnlyBelow) {
    return wrap(last, terminal.columns, lead, ' '.repeat(indent));
  }
  return [lead, ...wrap(last, terminal.columns, BELOW)];
}

/** Such a word begins at the edge: there the terminal breaks it without a gap, and who copies it gets it whole. */
function hasNoRoom(cell: string, { columns }: Terminal): boolean {
  return pieces(cell).length === 1 && displayWidth(cell) > columns - BELOW.length;
}

function isTooWide(widths: readonly number[], { columns }: Terminal): boolean {
  const before = widths.slice(0, -1);
  return before.length > 1 && before.reduce((sum, width) => sum + width, 2 * (before.length - 1)) > columns;
}
