/** What was understood of a log, for people: before what it comes to, so that one sees what that stands on. */
import { escapeLine } from '../base/escape.ts';
import type { Understood } from '../doctor/witness/understood.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** Rows where not everything is said. */
export const MOST_UNDERSTOOD = 8;

/** @param most how many; null for all of them */
export function understoodLines(
  all: readonly Understood[],
  paint: Style,
  width: number,
  most: number | null,
): string[] {
  if (all.length === 0) return [];
  // What a conclusion can stand on comes first; what is merely of a known family is for the reader to judge.
  const inOrder = [...all].sort((a, b) => Number(isOpen(a)) - Number(isOpen(b)));
  const shown = inOrder.slice(0, most ?? Infinity);
  const left = inOrder.length - shown.length;
  return [
    paint.bold('Understood:'),
    ...shown.flatMap((one) => wrap(sentence(one), width, `  ${paint.symbols.bullet} `, '    ')),
    ...(left > 0 ? [`  ${paint.symbols.rest} ${left} more`] : []),
  ];
}

const isOpen = ({ kind }: Understood): boolean => kind === 'not-understood';

function sentence(one: Understood): string {
  const where = escapeLine(one.from.replace(/^text: /, ''));
  const times = one.lines > 1 ? `, ${one.lines} times` : '';
  return isOpen(one)
    ? `${where}: seen, not understood: ${escapeLine(one.excerpt)}`
    : `${where}${times}: ${escapeLine(one.says)}`;
}
