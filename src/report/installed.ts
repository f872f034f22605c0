/** What `list` shows: prefixes, then builds, each as a table of its own. */
import type { BuildList } from '../prefix/home/build-list.ts';
import type { OtherGeneration } from '../prefix/home/generations.ts';
import type { PrefixList } from '../prefix/home/prefixes.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { timeText } from '../base/time-text.ts';
import { bytesText } from './units.ts';

/** Of a time, what says the day. */
const DAY = 'yyyy-mm-dd'.length;

export function renderInstalledList(
  prefixes: PrefixList,
  builds: BuildList,
  generations: readonly OtherGeneration[],
  terminal: Terminal,
): string {
  const tables = [
    prefixTable(prefixes, terminal),
    buildTable(builds, terminal),
    generationTable(generations, terminal),
  ].filter((one) => one !== '');
  return tables.length === 0 ? 'Nothing is installed.\n' : tables.join('\n');
}

function prefixTable({ prefixes, broken, unreadable }: PrefixList, terminal: Terminal): string {
  const rows = [
    ...prefixes.map((one) => [
      one.name,
      one.cuda,
      one.cudnn ?? '-',
      bytesText(one.bytes.own + one.bytes.shared),
      one.path,
    ]),
    ...broken.map(({ name, path, why }) => [name, 'damaged', '-', '-', `${path}: ${why}`]),
    ...unreadable.map(({ path, why }) => ['?', 'unknown', '-', '-', `${path}: ${why}`]),
  ].sort((a, b) => (a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : 0));
  return rows.length === 0 ? '' : table(['NAME', 'CUDA', 'CUDNN', 'SIZE', 'PATH'], rows, terminal);
}

function buildTable({ builds, broken, unreadable }: BuildList, terminal: Terminal): string {
  const rows = [
    ...builds.map(({ record, current }) => [
      record.name,
      current ? 'yes' : '',
      record.prefix?.name ?? 'the CPU',
      timeText(record.builtAt).slice(0, DAY),
      record.path,
    ]),
    ...broken.map(({ name, path, why }) => [name, '', 'damaged', '-', `${path}: ${why}`]),
    ...unreadable.map(({ path, why }) => ['?', '', 'unknown', '-', `${path}: ${why}`]),
  ];
  return rows.length === 0 ? '' : table(['BUILD', 'IN USE', 'AGAINST', 'BUILT', 'PATH'], rows, terminal);
}

/** What rolling back leads to, and what prune leaves. */
function generationTable(generations: readonly OtherGeneration[], terminal: Terminal): string {
  const rows = generations.map(({ prefix, generation, builds }) => [
    generation,
    prefix,
    builds.length === 0 ? 'nobody: prune takes it' : builds.join(', '),
  ]);
  return rows.length === 0 ? '' : table(['OTHER GENERATION', 'OF', 'USED BY'], rows, terminal);
}
