/** gpu-setup verify NAME [--repair] */
import { isForeign } from '../../base/architecture.ts';
import { ExitCode } from '../../base/errors.ts';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { escapeLine } from '../../base/escape.ts';
import { findPrefix, readPrefix, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { verifyPrefix, type Change, type Verification } from '../../prefix/home/verify.ts';
import { repair as repairPrefix } from '../../recipe/lock/repair.ts';
import { repairText } from '../../report/repair.ts';
import { style } from '../../report/style.ts';
import { table } from '../../report/table.ts';
import { saysAll, type Terminal } from '../../report/terminal.ts';
import { textWidth, wrap } from '../../report/wrap.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';
import { installContext } from './install.ts';

/** More are counted, not listed, on a terminal; -v lists them. */
const MOST_LISTED = 30;

export const summary = 'check every file of a prefix against its record, and mend it';

export const command: CommandDefinition = {
  arguments: [{ syntax: '<name>', description: 'a prefix, as gpu-setup list names it', completes: 'prefix' }],
  options: [
    {
      flags: '--repair',
      description:
        'mend what is wrong: from the store, else from packages in the cache, else over the network',
    },
    {
      flags: '--accept-license',
      description: 'accept the terms of what is mended, where the prefix no longer records that you did',
    },
  ],
  examples: [
    ['gpu-setup verify cuda10', 'read every file again; exit code 1 where something changed'],
    ['gpu-setup verify cuda10 --json', 'which files changed, are missing or were added, as JSON'],
    ['gpu-setup verify cuda10 --repair', 'make it as it was installed; what you added is kept'],
  ],
  async run([name], options, context) {
    return options['repair'] === true ? repaired(name!, options, context) : verified(name!, context);
  },
};

async function verified(name: string, context: Context): Promise<Outcome> {
  const place = await findPrefix(context.folders(), name);
  const manifest = await readPrefix(place);
  const found = await verifyPrefix(place.path, manifest, { emit: context.emit, signal: context.signal });
  const intact = found.changes.length === 0;
  return {
    exitCode: intact ? ExitCode.ok : ExitCode.failed,
    json: verifyDocument(place, manifest.prefix.architecture, intact ? 'ok' : 'changed', found, null),
    text: (terminal) => verifyText(manifest.prefix, found, terminal),
    hints: intact ? [] : [hintFor(place, found)],
  };
}

/** Added files alone are nothing to mend. */
function hintFor({ name, own }: PrefixPlace, { changes }: Verification): string {
  if (changes.every(({ change }) => change === 'added'))
    return 'nothing that was installed is wrong; what was added may stay, or be deleted';
  const repair = `gpu-setup verify ${name} --repair makes it as it was installed`;
  return own ? repair : `root may mend it: sudo ${repair}`;
}

async function repaired(name: string, options: OptionValues, context: Context): Promise<Outcome> {
  const { place, found, repair } = await repairPrefix(name, installContext(options, context));
  const { architecture } = (await readPrefix(place)).prefix;
  const mended = repair.generation !== null || repair.store.length > 0;
  return {
    exitCode: ExitCode.ok,
    json: verifyDocument(place, architecture, mended ? 'repaired' : 'ok', found, {
      ...repair,
      store: repair.store.map(({ package: from, file, flaw }) => ({ package: from, file, flaw })),
    }),
    text: (terminal) => repairText(place.name, repair, terminal),
    hints: [
      ...(repair.generation === null
        ? []
        : [`what it was before is ${repair.generation.from}: gpu-setup prune deletes it`]),
      ...repair.alsoCheck.map((other) => `it may have the same fault: gpu-setup verify ${other} --repair`),
    ],
  };
}

function verifyDocument(
  { name, path }: PrefixPlace,
  architecture: string | undefined,
  status: 'ok' | 'changed' | 'repaired',
  found: Verification,
  repair: object | null,
): object {
  return { schema: 'gpu-setup/verify@1', name, path, architecture, status, ...found, repair };
}

function verifyText(
  { name, architecture }: PrefixInfo,
  { checked, changes }: Verification,
  terminal: Terminal,
): string {
  const paint = style(terminal);
  const subject = escapeLine(isForeign(architecture) ? `${name} (for ${architecture})` : name);
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
