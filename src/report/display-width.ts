/** How many columns text takes on a terminal: East Asian and emoji take two, combining marks and escape sequences none. */
import stringWidth from 'on-demand:string-width';

/**
 * What takes one column each, whatever stands beside it: printable ASCII, accented Latin letters, and the dashes, quotation marks, arrows,
 * lines and ticks that we and others print. Unicode's tables, which know the rest, take 30 ms to be ready.
 */
const NARROW =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u259f\u2713-\u2717]*$/;

let graphemes: Intl.Segmenter | undefined;

/** @param text one line */
export function displayWidth(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth()(text);
}

/** The same as `padEnd`, by columns. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** As many whole characters from the start as fit into `width` columns. */
export function startOf(text: string, width: number): string {
  if (NARROW.test(text)) return text.slice(0, Math.max(0, width));
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let taken = '';
  let left = width;
  for (const { segment } of graphemes.segment(text)) {
    left -= displayWidth(segment);
    if (left < 0) break;
    taken += segment;
  }
  return taken;
}
