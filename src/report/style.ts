/**
 * Colours and symbols. Only those of the eight basic colours that palettes keep readable on dark and on light, which
 * yellow and cyan are not on white, nor blue on black; and bold. A colour or symbol never stands for a meaning that no
 * word beside it carries.
 */
import type { Terminal } from './terminal.ts';

type Paint = (text: string) => string;

export interface Style {
  bold: Paint;
  red: Paint;
  green: Paint;
  magenta: Paint;
  /** Red for error, magenta for warning and unknown, green for ok, plain for the rest. */
  byStatus(status: string, text: string): string;
  symbols: {
    ok: string;
    error: string;
    warning: string;
    unknown: string;
    blocked: string;
    bullet: string;
    rest: string;
  };
}

const UNICODE = { ok: '✓', error: '✗', warning: '!', unknown: '?', blocked: '·', bullet: '•', rest: '…' };
const ASCII = { ok: '+', error: 'x', warning: '!', unknown: '?', blocked: '-', bullet: '*', rest: '...' };

export function style(terminal: Terminal): Style {
  const paint =
    (on: number, off: number): Paint =>
    (text) =>
      terminal.color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  const [red, green, magenta] = [paint(31, 39), paint(32, 39), paint(35, 39)];
  const statuses: Readonly<Record<string, Paint>> = {
    ok: green,
    error: red,
    warning: magenta,
    unknown: magenta,
  };
  return {
    bold: paint(1, 22),
    red,
    green,
    magenta,
    byStatus: (status, text) => statuses[status]?.(text) ?? text,
    symbols: terminal.unicode ? UNICODE : ASCII,
  };
}
