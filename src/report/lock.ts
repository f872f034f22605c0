/** What `lock`, `lock diff`, `outdated`, `upgrade` and `rollback` tell a person. */
import { escapeLine } from '../base/escape.ts';
import type { RolledBack } from '../prefix/home/rollback.ts';
import type { LockDiff, PackageChange, PinDiff } from '../prefix/plan/lock/diff.ts';
import { pinsOf, type Pin } from '../prefix/plan/lockfile.ts';
import type { Outdated } from '../recipe/lock/outdated.ts';
import type { LockWritten } from '../recipe/lock/write-lock.ts';
import { toolkitTitle, warningLines } from './install.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { bytesText } from './units.ts';

/** @param install the command that installs it */
export function renderLock(written: LockWritten, install: string, terminal: Terminal): string {
  const paint = style(terminal);
  const { status, file, proof, digest, lock, changes, warnings } = written;
  const pins = pinsOf(lock);
  const facts: string[][] = [
    ['file', file],
    ['proof', proof ?? 'none: --locked asks the sources, and --trust-lock where they have gone on'],
    ['digest', digest],
    ...pins.map((pin) => [pin.request.architecture, pinText(pin)]),
    ['install it', install],
  ];
  const what = status === 'written' ? 'Locked' : 'Locked already, and not looked at anew';
  return [
    `${paint.green(paint.symbols.ok)} ${paint.bold(`${what}: ${escapeLine(toolkitTitle(lock))}`)}\n`,
    table([], facts, terminal),
    ...(changes === null || changes.same ? [] : [`\n${renderDiff(changes, terminal)}`]),
    ...warningLines(warnings, terminal),
  ].join('');
}

/** "24 packages, 1.2 GB, from nvidia-cuda-ubuntu1804" */
function pinText({ packages, sources }: Pin): string {
  const bytes = packages.reduce((sum, { size }) => sum + size, 0);
  const open = packages.filter(({ payloadSha256 }) => payloadSha256 === null).length;
  const count = packages.length === 1 ? '1 package' : `${packages.length} packages`;
  const without = open === 0 ? '' : `; ${open} without the digest of their payload`;
  const ids = [...new Set(sources.map(({ id }) => id))].join(', ');
  return `${count}, ${bytesText(bytes)}, from ${ids}${without}`;
}

export function renderDiff(diff: LockDiff, terminal: Terminal): string {
  const changed = diff.pins.filter(({ kind }) => kind !== 'same');
  if (changed.length === 0) return 'Both name the same packages.\n';
  return changed.map((pin) => pinTable(pin, diff.pins.length > 1, terminal)).join('\n');
}

/** "9.0.176.2-1 -> 9.0.176.4-1", "9.0.176-1: added" */
function changeText({ kind, from, to }: PackageChange): string {
  switch (kind) {
    case 'added':
      return `${to}: added`;
    case 'removed':
      return `${from}: removed`;
    case 'changed':
      return `${from} -> ${to}`;
    case 'resigned':
      return `${to}: signed anew, with the same payload`;
    case 'replaced':
      return `${to}: another file`;
  }
}

function pinTable(
  { architecture, kind, taken, packages }: PinDiff,
  several: boolean,
  terminal: Terminal,
): string {
  const heading = several
    ? `${style(terminal).bold(kind === 'changed' ? architecture : `${architecture}: ${kind}`)}\n`
    : '';
  const others = kind === 'changed' && taken.from !== taken.to ? `taken: ${taken.from} -> ${taken.to}\n` : '';
  return `${heading}${others}${packages.length === 0 ? '' : changeTable(packages, terminal)}`;
}

export function changeTable(packages: readonly PackageChange[], terminal: Terminal): string {
  const rows = packages.map((one) => [one.name, changeText(one)]);
  return table(['PACKAGE', 'CHANGE'], rows, terminal);
}

/** One row per prefix; what is newer of each, below. */
export function renderOutdated(found: readonly Outdated[], terminal: Terminal): string {
  if (found.length === 0) return 'Nothing is installed.\n';
  const titles = new Map(found.map((one) => [one, titleOf(one, found)]));
  const rows = found.map((one) => [
    titles.get(one)!,
    one.cuda === null ? '-' : versions(one.cuda),
    one.cudnn === null ? '-' : versions(one.cudnn),
    one.state === 'newest'
      ? 'newest'
      : one.state === 'outdated'
        ? one.packages.length === 1
          ? '1 package is newer'
          : `${one.packages.length} packages are newer`
        : `unknown: ${one.error?.message ?? ''}`,
  ]);
  const details = found
    .filter(({ state }) => state === 'outdated')
    .map(
      (one) =>
        `\n${style(terminal).bold(escapeLine(titles.get(one)!))}\n${changeTable(one.packages, terminal)}`,
    );
  return [table(['NAME', 'CUDA', 'CUDNN', 'STATE'], rows, terminal), ...details].join('');
}

/** What tells it from the others: a lock file has several architectures, and root may have a prefix of the same name. */
function titleOf({ kind, name, architecture, place }: Outdated, found: readonly Outdated[]): string {
  if (kind === 'lock') return found.length > 1 ? `${name} (${architecture})` : name;
  const isAlone = found.filter((one) => one.name === name).length === 1;
  return isAlone || place === null ? name : `${name} (${place.own ? 'own' : "root's"})`;
}

function versions({ from, to }: { from: string | null; to: string | null }): string {
  return from === to ? (from ?? '-') : `${from ?? 'none'} -> ${to ?? 'none'}`;
}

export function renderRollback({ name, from, to, prefix }: RolledBack, terminal: Terminal): string {
  const paint = style(terminal);
  const what =
    from === to
      ? `${escapeLine(name)} is ${to} already, ${escapeLine(toolkitTitle(prefix))}`
      : `${escapeLine(name)} is ${to} again, ${escapeLine(toolkitTitle(prefix))}`;
  const facts = [
    ['path', prefix.path],
    ...(from === to ? [] : [['before', from]]),
    ...(from === to ? [] : [['undo', `gpu-setup rollback ${name} --to ${from}`]]),
  ];
  return `${paint.green(paint.symbols.ok)} ${paint.bold(what)}\n${table([], facts, terminal)}`;
}
