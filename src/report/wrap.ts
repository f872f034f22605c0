/** Breaking and cutting plain text (no escape sequences in it) to a width in columns. */
import type { Terminal } from './terminal.ts';

/** Longer lines are hard to read, however wide the window is. */
const WIDEST = 100;

export function textWidth(terminal: Terminal): number {
  return Math.min(terminal.columns, WIDEST);
}

/**
 * Lines of at most `width` columns, broken at spaces; a word that is longer stands on a line of its own, whole, so that
 * a path can still be copied. The first line starts with `first`, the others with `rest`.
 */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/).filter((w) => w !== '')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(line);
  return lines;
}

/** One line of at most `width` columns. */
export function cut(text: string, width: number, rest: string): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - rest.length)).trimEnd()}${rest}`;
}
