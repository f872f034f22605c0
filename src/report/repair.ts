/** What `verify --repair` says: what was mended, and from where. */
import type { MendedFrom, Repair } from '../recipe/lock/repair.ts';
import { escapeLine } from '../base/escape.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import { saysAll, type Terminal } from './terminal.ts';
import { textWidth, wrap } from './wrap.ts';

/** More are counted, not listed, on a terminal; -v lists them. */
const MOST_LISTED = 30;
/** Of what somebody added. */
const MOST_KEPT = 5;

const WORDS: Readonly<Record<MendedFrom, string>> = {
  store: 'from the store',
  cache: 'from the package in the cache',
  network: 'fetched again',
  made: 'made anew',
};

export function repairText(name: string, repair: Repair, terminal: Terminal): string {
  const { generation, mended, kept } = repair;
  const paint = style(terminal);
  const say = (text: string): string =>
    `${wrap(text, textWidth(terminal), `${paint.green(paint.symbols.ok)} `, '  ').join('\n')}\n`;
  const shown = saysAll(terminal) ? mended : mended.slice(0, MOST_LISTED);
  const rest = mended.length - shown.length;
  const rows = shown.map((one) => [
    one.path,
    one.package === null ? WORDS[one.from] : `${WORDS[one.from]} (${one.package})`,
  ]);
  return [
    say(
      generation === null
        ? `${escapeLine(name)}: nothing to repair`
        : `${escapeLine(name)}: ${counted(mended.length, 'entry', 'entries')} mended, as ${generation.to}`,
    ),
    rows.length === 0 ? '' : table([], rows, terminal),
    rest > 0 ? `and ${rest} more: -v lists them\n` : '',
    ...storeLines(repair).map(say),
    keptLine(kept, saysAll(terminal)).map(say).join(''),
  ].join('');
}

function keptLine(kept: readonly string[], all: boolean): readonly string[] {
  if (kept.length === 0) return [];
  const shown = all ? kept : kept.slice(0, MOST_KEPT);
  const rest = kept.length - shown.length;
  const more = rest > 0 ? ` and ${rest} more (-v lists them)` : '';
  return [`kept, though nothing that was installed: ${shown.map(escapeLine).join(', ')}${more}`];
}

function storeLines({ store }: Repair): readonly string[] {
  const count = (wanted: 'content' | 'attributes'): number =>
    store.filter(({ flaw }) => flaw === wanted).length;
  const files = (number: number): string => counted(number, 'file', 'files');
  return [
    ...(count('content') === 0
      ? []
      : [`the store: ${files(count('content'))} dropped, whose content was not what it was unpacked as`]),
    ...(count('attributes') === 0
      ? []
      : [`the store: mode and time of ${files(count('attributes'))} put back`]),
  ];
}

function counted(number: number, one: string, more: string): string {
  return `${number} ${number === 1 ? one : more}`;
}
