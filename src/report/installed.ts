/** What `list` shows: prefixes, builds, older generations, each as a table of its own. */
import { isForeign } from '../base/architecture.ts';
import type { BuildList } from '../prefix/home/build-list.ts';
import { usersText } from '../prefix/home/generation-users.ts';
import type { OlderGeneration } from '../prefix/home/older-generations.ts';
import type { PrefixList } from '../prefix/home/prefixes.ts';
import { listedToolchain } from './host-toolchain.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { timeText } from '../base/time-text.ts';
import { bytesText } from './units.ts';

/** Of a time, what says the day. */
const DAY = 'yyyy-mm-dd'.length;

export interface Installed {
  prefixes: PrefixList;
  /** Path of the prefix that `use` chose. */
  current: string | null;
  builds: BuildList;
  older: readonly OlderGeneration[];
}

export function renderInstalledList(
  { prefixes, current, builds, older }: Installed,
  terminal: Terminal,
): string {
  const tables = [
    prefixTable(prefixes, current, terminal),
    buildTable(builds, terminal),
    olderTable(older, terminal),
  ].filter((one) => one !== '');
  return tables.length === 0 ? 'Nothing is installed.\n' : tables.join('\n');
}

function prefixTable(
  { prefixes, broken, unreadable }: PrefixList,
  current: string | null,
  terminal: Terminal,
): string {
  // A column for what hardly any prefix has is there where one has it.
  const toolchains = prefixes.map(listedToolchain);
  const column = (text: string): string[] => (toolchains.some((one) => one !== null) ? [text] : []);
  const inUse = (text: string): string[] => (current === null ? [] : [text]);
  const machine = (text: string): string[] =>
    prefixes.some(({ architecture }) => isForeign(architecture)) ? [text] : [];
  const unusable = (
    name: string,
    state: string,
    used: string,
    one: { path: string; why: string },
  ): string[] => [
    name,
    ...inUse(used),
    ...machine('-'),
    state,
    '-',
    '-',
    ...column('-'),
    `${one.path}: ${one.why}`,
  ];
  const rows = [
    ...prefixes.map((one, at) => [
      one.name,
      ...inUse(one.path === current ? 'yes' : '-'),
      ...machine(one.architecture ?? '-'),
      one.cuda,
      one.cudnn ?? '-',
      bytesText(one.bytes.own + one.bytes.shared),
      ...column(toolchains[at] ?? '-'),
      one.path,
    ]),
    ...broken.map((one) => unusable(one.name, 'damaged', one.path === current ? 'yes' : '-', one)),
    ...unreadable.map((one) => unusable('?', 'unknown', '', one)),
  ].sort((a, b) => (a[0]! < b[0]! ? -1 : a[0]! > b[0]! ? 1 : 0));
  const head = [
    'NAME',
    ...inUse('IN USE'),
    ...machine('FOR'),
    'CUDA',
    'CUDNN',
    'SIZE',
    ...column('OWN COMPILER'),
    'PATH',
  ];
  return rows.length === 0 ? '' : table(head, rows, terminal);
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

function olderTable(older: readonly OlderGeneration[], terminal: Terminal): string {
  const rows = older.map((one) => [one.name, olderText(one), one.path]);
  return rows.length === 0 ? '' : table(['OLDER GENERATION', 'USED BY', 'PATH'], rows, terminal);
}

/** Who uses an older generation, or what becomes of one that nobody uses. */
export function olderText({ usedBy }: OlderGeneration): string {
  return usedBy.length === 0 ? 'nobody (prune deletes it)' : usersText(usedBy);
}
