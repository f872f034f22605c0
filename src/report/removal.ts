/** What goes when prefixes and builds are removed, and what went. */
import { escapeLine } from '../base/escape.ts';
import type { Doomed, RemovalPlan, Removed } from '../prefix/home/remove.ts';
import { toolkitTitle } from './install.ts';
import type { Terminal } from './terminal.ts';
import { bytesText } from './units.ts';
import { textWidth, wrap } from './wrap.ts';

/** Before it goes, one thing a line. */
export function removalLines({ doomed, bytesFreed, bytesInStore }: RemovalPlan): string[] {
  const later = bytesInStore === 0 ? '' : `; gpu-setup prune then frees ${bytesText(bytesInStore)} more`;
  return [...doomed.flatMap(linesOf), `${bytesText(bytesFreed)} come free${later}`];
}

function linesOf(one: Doomed): string[] {
  if (one.kind === 'build') return [`build ${one.place.name}`];
  const { place, info, generations, usedBy } = one;
  const what = info === null ? 'damaged' : toolkitTitle(info);
  return [
    `prefix ${place.name}: ${what}`,
    ...(generations.length > 1 ? [`  generations ${generations.join(', ')}`] : []),
    ...(usedBy.length > 0 ? [`  ${usedBy.join(', ')} will not run without it`] : []),
  ];
}

export function renderRemoved(removed: readonly Removed[], terminal: Terminal): string {
  const names = removed.map(({ name }) => escapeLine(name)).join(', ');
  const text = `Removed ${names}; ${bytesText(bytesOf(removed))} came free.`;
  return `${(terminal.interactive ? wrap(text, textWidth(terminal), '', '  ') : [text]).join('\n')}\n`;
}

export function bytesOf(removed: readonly Removed[]): number {
  return removed.reduce((sum, { bytesFreed }) => sum + bytesFreed, 0);
}
