/** What self install, update and uninstall have done, file by file. */
import { escapeLine } from '../base/escape.ts';
import type { Removal, Written } from '../self/install-self.ts';
import type { Update } from '../self/update-self.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

export function renderInstalled(
  written: readonly Written[],
  version: string,
  dryRun: boolean,
  terminal: Terminal,
): string {
  const did = dryRun ? 'would write' : 'wrote';
  const rows = written.map(({ path, target, changed }) => [
    changed ? did : 'as before',
    target === null ? path : `${path} -> ${target}`,
  ]);
  const head = dryRun ? 'Nothing was written.' : `gpu-setup ${version} is installed: ${written[0]!.path}`;
  return `${escapeLine(head)}\n${table([], rows, terminal)}`;
}

export function renderUpdate({ path, before, after, changed, signedWith }: Update, dryRun: boolean): string {
  if (!changed) return `gpu-setup ${escapeLine(before)} is up to date: ${escapeLine(path)}\n`;
  const what = dryRun ? 'would be updated' : 'is updated';
  return escapeLine(`${path} ${what} from ${before} to ${after}, signed by ${signedWith}`) + '\n';
}

export function renderRemoval({ removed, version }: Removal, nothing: boolean, terminal: Terminal): string {
  const head = nothing ? 'Nothing was removed.' : `gpu-setup ${version} is uninstalled; prefixes stay.`;
  const rows = removed.map((path) => [nothing ? 'would remove' : 'removed', path]);
  return `${escapeLine(head)}\n${table([], rows, terminal)}`;
}
