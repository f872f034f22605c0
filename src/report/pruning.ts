/** What nothing uses any more: as choices, and as what was deleted. */
import type { Pruning } from '../prefix/home/prune.ts';
import type { Garbage } from '../prefix/home/garbage.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { bytesText } from './units.ts';

const KINDS: Readonly<Record<Garbage['kind'], string>> = {
  generation: 'older generation',
  package: 'unused package',
  build: 'unused build',
  download: 'downloads',
  leftover: 'leftover',
};

/** What is deleted together, and how a person is told of it. */
export interface GarbageGroup {
  kind: Garbage['kind'];
  title: string;
  members: readonly Garbage[];
}

/** Generations and builds one by one; of the rest, whose names say little, all of a kind together. */
export function garbageGroups(garbage: readonly Garbage[]): GarbageGroup[] {
  const single = garbage.filter(({ kind }) => kind === 'generation' || kind === 'build');
  const all = (kind: Garbage['kind'], what: (count: number) => string): GarbageGroup[] => {
    const members = garbage.filter((one) => one.kind === kind);
    return members.length === 0 ? [] : [{ kind, title: what(members.length), members }];
  };
  return [
    ...single.map((one) => ({ kind: one.kind, title: `${one.name}, ${KINDS[one.kind]}`, members: [one] })),
    ...all('package', (count) => `${counted(count, 'unused package')} in the store`),
    ...all('leftover', (count) => `${counted(count, 'leftover')} of work that was killed`),
    ...all('download', (count) => `${counted(count, 'downloaded package')} in the cache`),
  ];
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}

export function renderPruned(pruning: Pruning, dryRun: boolean, terminal: Terminal): string {
  return `${unreadText(pruning, terminal)}${prunedText(pruning, dryRun, terminal)}`;
}

/** Before the rest, which says nothing of what lies there. */
function unreadText({ unread }: Pruning, terminal: Terminal): string {
  if (unread.length === 0) return '';
  const rows = unread.map(({ path, why }) => [path, why]);
  return `What nothing uses is not known where this user may not look:\n${table([], rows, terminal)}\n`;
}

function prunedText(
  { removed, kept, bytesFreed, unread }: Pruning,
  dryRun: boolean,
  terminal: Terminal,
): string {
  if (removed.length === 0) {
    return kept.some(({ kind }) => kind !== 'download')
      ? 'Nothing was deleted.\n'
      : unread.length > 0
        ? 'Nothing to delete in the rest.\n'
        : 'Nothing to delete.\n';
  }
  const named = removed.filter(({ kind }) => kind !== 'download');
  const rows = named.map((one) => [KINDS[one.kind], bytesText(one.bytes), one.name]);
  // Their names are digests, which say nothing to a person.
  const downloads = removed.filter(({ kind }) => kind === 'download');
  if (downloads.length > 0) {
    rows.push([
      KINDS.download,
      bytesText(sumOf(downloads)),
      `${downloads.length} package files in the cache`,
    ]);
  }
  const sum = dryRun
    ? `${bytesText(bytesFreed)} would come free.\n`
    : `${bytesText(bytesFreed)} came free.\n`;
  return `${table([], rows, terminal)}${sum}`;
}

export function sumOf(garbage: readonly Garbage[]): number {
  return garbage.reduce((sum, { bytes }) => sum + bytes, 0);
}
