/** Breaking and shortening plain text (no escape sequences in it) to a width in columns. */
import { displayWidth, startOf } from './display-width.ts';
import type { Terminal } from './terminal.ts';
import { pieces } from './whole-commands.ts';

/** Longer lines are hard to read, however wide the window is. */
const WIDEST = 100;

export function textWidth(terminal: Terminal): number {
  return Math.min(terminal.columns, WIDEST);
}

/**
 * Lines of at most `width` columns, broken at spaces; a word that is longer stands on a line of its own, whole, so that
 * a path can still be copied, and so does a command. The first line starts with `first`, the others with `rest`.
 */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  let used = displayWidth(first);
  let empty = true;
  for (const piece of pieces(text)) {
    const wide = displayWidth(piece);
    if (!empty && used + 1 + wide > width) {
      lines.push(line);
      line = rest;
      used = displayWidth(rest);
      empty = true;
    }
    line += empty ? piece : ` ${piece}`;
    used += empty ? wide : wide + 1;
    empty = false;
  }
  lines.push(line);
  return lines;
}

/** One line of at most `width` columns. */
export function cut(text: string, width: number, rest: string): string {
  return displayWidth(text) <= width
    ? text
    : `${startOf(text, Math.max(0, width - displayWidth(rest))).trimEnd()}${rest}`;
}
