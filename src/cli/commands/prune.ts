/** gpu-setup prune */
import { ExitCode } from '../../base/errors.ts';
import { prune as pruneHome, type Garbage, type Pruning } from '../../prefix/home/prune.ts';
import { table } from '../../report/table.ts';
import type { Terminal } from '../../report/terminal.ts';
import { bytesText } from '../../report/units.ts';
import type { CommandDefinition } from '../command.ts';

const KINDS: Readonly<Record<Garbage['kind'], string>> = {
  generation: 'older generation',
  package: 'unused package',
  download: 'downloads',
  leftover: 'leftover',
};

export const summary = 'delete what no prefix uses any more';

export const command: CommandDefinition = {
  options: [{ flags: '--dry-run', description: 'say what would be deleted, and delete nothing' }],
  examples: [
    ['gpu-setup prune --dry-run', 'what could be deleted, and how much comes free'],
    ['gpu-setup prune', 'delete older generations, unused packages, downloads and leftovers'],
  ],
  async run(_args, options, context) {
    const dryRun = options['dryRun'] === true;
    const { emit, signal } = context;
    const done = await pruneHome(context.folders(), { dryRun, emit, signal });
    return {
      exitCode: ExitCode.ok,
      json: { schema: 'gpu-setup/prune@1', dryRun, ...done },
      text: (terminal) => pruneText(done, dryRun, terminal),
    };
  },
};

function pruneText({ removed, bytesFreed }: Pruning, dryRun: boolean, terminal: Terminal): string {
  if (removed.length === 0) return 'Nothing to delete.\n';
  const named = removed.filter(({ kind }) => kind !== 'download');
  const rows = named.map((one) => [KINDS[one.kind], bytesText(one.bytes), one.name]);
  // Their names are digests, which say nothing to a person.
  const downloads = removed.filter(({ kind }) => kind === 'download');
  if (downloads.length > 0) {
    const bytes = downloads.reduce((sum, one) => sum + one.bytes, 0);
    rows.push([KINDS.download, bytesText(bytes), `${downloads.length} package files in the cache`]);
  }
  const sum = dryRun
    ? `${bytesText(bytesFreed)} would come free.\n`
    : `${bytesText(bytesFreed)} came free.\n`;
  return `${table([], rows, terminal)}${sum}`;
}
