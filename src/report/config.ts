/** The settings as a table: what each is, and where that comes from. */
import { escapeLine } from '../base/escape.ts';
import type { EffectiveSetting } from '../config/effective-settings.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

export function renderSettings(
  settings: readonly EffectiveSetting[],
  file: string,
  problem: string | null,
  terminal: Terminal,
): string {
  const rows = settings.map((one) => [one.key, one.variable ?? one.from, valueText(one.value)]);
  const wrong = problem === null ? [] : [['', `cannot be used: ${problem}`]];
  return `${table(['SETTING', 'FROM', 'VALUE'], rows, terminal)}\n${table([], [['file', file], ...wrong], terminal)}`;
}

/** A list one line each: for a script, and for a person who asked for one setting. */
export function renderValue(value: string | readonly string[]): string {
  return [value]
    .flat()
    .map((one) => `${escapeLine(one)}\n`)
    .join('');
}

function valueText(value: EffectiveSetting['value']): string {
  return value === null ? '-' : [value].flat().join(' ');
}

/**
 * What the file says now, and whether that is news.
 *
 * @param inFile null where it says nothing
 */
export function renderChange(
  key: string,
  inFile: EffectiveSetting['value'],
  changed: boolean,
  file: string,
): string {
  const now = inFile === null ? `${key} is not set` : `${key}: ${valueText(inFile)}`;
  return `${escapeLine(now)} (${changed ? 'changed' : 'as before'}, in ${escapeLine(file)})\n`;
}
