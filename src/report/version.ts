/** Which gpu-setup this is, what it runs on and where its folders are. */
import type { Folders } from '../base/folders.ts';
import type { SystemSummary } from '../machine/system-summary.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { bytesText } from './units.ts';

export interface VersionDetails {
  version: string;
  /** What it was built from; null where that was no clone. */
  commit: string | null;
  runtime: { name: string; version: string; path: string };
  /** Null where the environment names none. */
  folders: Folders | null;
  system: SystemSummary;
}

const UNKNOWN = 'unknown';

export function renderVersion(details: VersionDetails, terminal: Terminal): string {
  const { version, commit, runtime, folders, system } = details;
  const rows = [
    ['commit', commit ?? UNKNOWN],
    ['runtime', `${runtime.name} ${runtime.version}, ${runtime.path}`],
    ['home', folders?.home ?? UNKNOWN],
    ['cache', folders?.cache ?? UNKNOWN],
    ['configuration', folders?.config ?? UNKNOWN],
    ['system', `${system.distribution ?? UNKNOWN}, Linux ${system.kernel}, ${system.architecture}`],
    ['CPU', `${system.cpu ?? UNKNOWN}, ${system.cores ?? UNKNOWN} cores`],
    ['memory', bytesText(system.memoryBytes)],
    ['computer', system.board ?? UNKNOWN],
  ];
  return `gpu-setup ${version}\n${table([], rows, terminal)}`;
}
