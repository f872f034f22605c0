/** What data for training holds, for people: images per class of each set, and what is not as expected. */
import { escapeLine } from '../base/escape.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface PreparedReport {
  out: string;
  data: string;
  sets: readonly {
    role: string;
    list: string;
    images: number;
    listed: number;
    negatives: number;
    crowdOnly: number;
    classes: readonly { name: string; images: number; boxes: number; crowd: number; empty: number }[];
    expected: { file: string; differences: readonly string[] } | null;
  }[];
}

export function renderPrepared({ out, data, sets }: PreparedReport, terminal: Terminal): string {
  const rows = sets.flatMap(({ role, images, classes }) => [
    [role, 'all', number(images), '', '', ''],
    ...classes.map((one) => [role, one.name, ...[one.images, one.boxes, one.crowd, one.empty].map(number)]),
  ]);
  const heads = ['IMAGES', 'BOXES', 'CROWDS', 'EMPTY'].map((head) => head.padStart(WIDTH));
  return [
    `${style(terminal).bold(escapeLine(out))}\n`,
    table(['SET', 'CLASS', ...heads], rows, terminal),
    sets.map((set) => setLines(set, terminal)).join(''),
    `darknet takes ${escapeLine(data)}\n`,
  ].join('\n');
}

const WIDTH = 8;

function number(value: number): string {
  return String(value).padStart(WIDTH);
}

function setLines(set: PreparedReport['sets'][number], terminal: Terminal): string {
  const paint = style(terminal);
  const { role, listed, negatives, crowdOnly, expected } = set;
  const lines = [`${role}: ${listed} images listed, ${negatives} of them without any of the classes`];
  if (crowdOnly > 0) lines.push(`${role}: ${crowdOnly} images left out that show a class as a crowd alone`);
  if (expected !== null && expected.differences.length === 0) {
    lines.push(`${role}: ${paint.green('all figures are those of')} ${escapeLine(expected.file)}`);
  }
  for (const difference of expected?.differences ?? []) {
    lines.push(`${role}: ${paint.magenta('not as published')}: ${escapeLine(difference)}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
