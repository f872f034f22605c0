/** gpu-setup verify NAME */
import { ExitCode } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import { findPrefix, readPrefix } from '../../prefix/home/prefixes.ts';
import { verifyPrefix, type Change, type Verification } from '../../prefix/home/verify.ts';
import { style } from '../../report/style.ts';
import { table } from '../../report/table.ts';
import { saysAll, type Terminal } from '../../report/terminal.ts';
import { textWidth, wrap } from '../../report/wrap.ts';
import type { CommandDefinition } from '../command.ts';

/** More are counted, not listed, on a terminal; -v lists them. */
const MOST_LISTED = 30;

export const summary = 'check every file of a prefix against its record';

export const command: CommandDefinition = {
  arguments: [{ syntax: '<name>', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' }],
  examples: [
    ['gpu-setup verify cuda10', 'read every file again; exit code 1 where something changed'],
    ['gpu-setup verify cuda10 --json', 'which files changed, are missing or were added, as JSON'],
  ],
  async run([name], _options, context) {
    const place = await findPrefix(context.folders(), name!);
    const manifest = await readPrefix(place);
    const found = await verifyPrefix(place.path, manifest, { emit: context.emit, signal: context.signal });
    const intact = found.changes.length === 0;
    return {
      exitCode: intact ? ExitCode.ok : ExitCode.failed,
      json: {
        schema: 'gpu-setup/verify@1',
        name: place.name,
        path: place.path,
        status: intact ? 'ok' : 'changed',
        ...found,
      },
      text: (terminal) => verifyText(place.name, found, terminal),
      hints: intact ? [] : [`gpu-setup remove ${place.name} and install it again to have it as it was`],
    };
  },
};

function verifyText(name: string, { checked, changes }: Verification, terminal: Terminal): string {
  const paint = style(terminal);
  const subject = escapeLine(name);
  if (changes.length === 0) {
    const text = `${subject}: all ${checked} entries are as they were installed`;
    return `${wrap(text, textWidth(terminal), `${paint.green(paint.symbols.ok)} `, '  ').join('\n')}\n`;
  }
  const shown = saysAll(terminal) ? changes : changes.slice(0, MOST_LISTED);
  const rows = shown.map((change) => [change.change, change.path, differenceText(change)]);
  const rest = changes.length - shown.length;
  const more = rest > 0 ? `and ${rest} more: -v lists them\n` : '';
  const headline = `${paint.red(paint.symbols.error)} ${subject}: ${changes.length} of ${checked} entries changed`;
  return `${headline}\n${table([], rows, terminal)}${more}`;
}

/** What a person can compare: digests say nothing to one. */
function differenceText({ change, expected, found }: Change): string {
  if (change === 'mode' || (change === 'changed' && found?.startsWith('a link') === true)) {
    return `${found}, was ${expected}`;
  }
  return '';
}
