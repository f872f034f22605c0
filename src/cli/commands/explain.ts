/**
 * `explain [CODE]`: the page of a diagnosis; without a code, the list of them. `explain --file LOG` and `explain -`: what
 * a log says is wrong.
 */
import { resolve } from 'node:path';
import type { LogReading } from '../../doctor/diagnose.ts';
import pages from 'assets:docs/diagnoses';
import { ExitCode, usageError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import type { LoadedSnapshot } from '../../machine/snapshot/schema.ts';
import type { Sieve, Sifted } from '../../doctor/text/sieve.ts';
import { readLogFile, readLogStream, type LogReader } from '../../machine/snapshot/log-file.ts';
import { renderLog } from '../../report/log-diagnoses.ts';
import { pageTitle, renderPage } from '../../report/diagnosis-page.ts';
import { table } from '../../report/table.ts';
import { bytesText } from '../../report/units.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';
import { compileFromNowOn } from '../call/long-work.ts';
import { labelled, withProvenance } from '../provenance.ts';

export const summary = 'what a diagnosis code means and what to do about it';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[code]',
      description:
        'a code as doctor prints it; without one, all codes are listed; - reads a log from standard input',
      completes: 'code',
    },
  ],
  options: [
    {
      flags: '--file <log>',
      description:
        'say what this log shows is wrong (plain or .gz), or a report: nvidia-bug-report.log.gz, a sosreport, collect_env',
      completes: 'file',
    },
    labelled('the log'),
  ],
  examples: [
    ['gpu-setup explain driver-library-mismatch', 'what the code means, how to check it, how to mend it'],
    ['gpu-setup explain', 'every code with its title'],
    ['gpu-setup explain --file build.log', 'what a log says is wrong, and what to do'],
    ['gpu-setup explain --file nvidia-bug-report.log.gz', 'of a report the machine that it is of is judged'],
    ['gpu-setup explain -', 'the same of what is piped in: make 2>&1 | gpu-setup explain -'],
  ],
  async run([code], options, context) {
    const file = options['file'];
    if (typeof file === 'string') {
      if (code !== undefined) {
        throw usageError('options-conflict', `both a code (${code}) and --file were given`, {
          hint: 'ask for one of them',
        });
      }
      if (file !== '-') return ofFile(file, options, context);
    }
    if (code === '-' || file === '-')
      return ofText(STANDARD_INPUT, await read(context, fromStandardInput), options, context);
    return code === undefined ? list() : page(code);
  },
};

const STANDARD_INPUT = 'standard input';

/** The end of a log, and what was kept of the rest of one that is longer. */
interface Log {
  text: string;
  sifted: Sifted | null;
}

async function read(context: Context, from: (reader: LogReader) => Promise<string>): Promise<Log> {
  const [sieves, { allLiterals }] = await Promise.all([
    import('../../doctor/text/sieve.ts'),
    import('../../doctor/witness/read.ts'),
  ]);
  let sieve: Sieve | undefined;
  const before = (bytes: Uint8Array): void => {
    compileFromNowOn();
    (sieve ??= new sieves.Sieve(allLiterals())).push(bytes);
  };
  const text = await from({ signal: context.signal, emit: context.emit, before });
  return { text, sifted: sieve?.end() ?? null };
}

/** @throws GpuSetupError `no-input` (exit code 2) where a terminal would have to be typed into */
async function fromStandardInput(reader: LogReader): Promise<string> {
  if (process.stdin.isTTY) {
    throw usageError('no-input', 'standard input is a terminal: nothing is piped in', {
      hint: 'COMMAND 2>&1 | gpu-setup explain -',
    });
  }
  return readLogStream(process.stdin, STANDARD_INPUT, reader);
}

async function ofFile(name: string, options: OptionValues, context: Context): Promise<Outcome> {
  const path = resolve(context.cwd, name);
  const { loadSosReport } = await import('../../machine/snapshot/load.ts');
  const report = await loadSosReport(path, context.signal);
  return report === null
    ? ofText(name, await read(context, (reader) => readLogFile(path, reader, name)), options, context)
    : ofReport(name, report, null, options, context);
}

/** A log, or the report of another program: its words are those of the machine that it is of. */
async function ofText(name: string, log: Log, options: OptionValues, context: Context): Promise<Outcome> {
  const { text, sifted } = log;
  const { reportOf } = await import('../../machine/snapshot/reports/kinds.ts');
  const report = reportOf(text);
  if (report !== null)
    return ofReport(name, { snapshot: report.snapshot, taken: report.title }, text, options, context);
  const { understandLog } = await import('../../doctor/diagnose.ts');
  const reading = understandLog(text, sifted);
  if (sifted !== null) context.emit({ type: 'notice', level: 'info', text: notWholly(name, sifted) });
  return outcome({ name, taken: null, sifted }, reading, options, context);
}

function notWholly(name: string, { bytes, whole }: Sifted): string {
  const most = whole ? '' : ', and not even all of those';
  return `${name} is long: of its first ${bytesText(bytes)} the lines with words that gpu-setup knows were looked at, with those around them${most}`;
}

async function ofReport(
  name: string,
  { snapshot, taken }: LoadedSnapshot,
  text: string | null,
  options: OptionValues,
  context: Context,
): Promise<Outcome> {
  const [{ snapshotMachine }, { collectFacts }, { understandReport }] = await Promise.all([
    import('../../machine/snapshot/snapshot.ts'),
    import('../../machine/facts/collect.ts'),
    import('../../doctor/diagnose.ts'),
  ]);
  const facts = await collectFacts(snapshotMachine(snapshot, name));
  return outcome({ name, taken, sifted: null }, understandReport(facts, text), options, context);
}

/** Nothing recognised is no proof that all is well: exit code 3. */
async function outcome(
  { name, taken, sifted }: { name: string; taken: string | null; sifted: Sifted | null },
  reading: LogReading,
  options: OptionValues,
  context: Context,
): Promise<Outcome> {
  const [{ withBoundedExcerpts }, { understoodOf }] = await Promise.all([
    import('../../doctor/evidence.ts'),
    import('../../doctor/witness/understood.ts'),
  ]);
  const { diagnoses } = reading;
  const understood = understoodOf(reading.understood);
  return {
    exitCode: diagnoses.length > 0 ? ExitCode.ok : ExitCode.unverified,
    json: withProvenance(
      {
        schema: 'gpu-setup/explain@1',
        file: name,
        taken,
        sifted: sifted && { bytes: sifted.bytes, lines: sifted.lines, whole: sifted.whole },
        understood,
        diagnoses: withBoundedExcerpts(diagnoses),
      },
      options,
      context,
    ),
    text: (terminal) => renderLog({ name, taken }, understood, diagnoses, terminal),
    hints: diagnoses.length > 0 ? [] : ['gpu-setup doctor looks at this machine itself'],
  };
}

function codes(): string[] {
  return Object.keys(pages)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .sort();
}

/** Pages begin with "# code: what it means". */
function titleOf(code: string): string {
  const title = pageTitle(pages[`${code}.md`] ?? '') ?? code;
  return title.startsWith(`${code}: `) ? title.slice(code.length + 2) : title;
}

function list(): Outcome {
  const entries = codes().map((code) => ({ code, title: titleOf(code) }));
  return {
    exitCode: ExitCode.ok,
    json: { schema: 'gpu-setup/explain@1', codes: entries },
    text: (terminal) =>
      table(
        ['CODE', 'MEANING'],
        entries.map((entry) => [entry.code, entry.title]),
        terminal,
      ),
    hints: ['gpu-setup explain CODE prints the page of one'],
  };
}

function page(code: string): Outcome {
  const markdown = Object.hasOwn(pages, `${code}.md`) ? pages[`${code}.md`] : undefined;
  if (markdown === undefined) {
    const close = nearest(code, codes());
    throw usageError('unknown-code', `there is no diagnosis with the code "${code}"`, {
      hint: close.length > 0 ? `did you mean ${close.join(' or ')}?` : 'gpu-setup explain lists every code',
      details: { code, nearest: close },
    });
  }
  return {
    exitCode: ExitCode.ok,
    json: { schema: 'gpu-setup/explain@1', code, title: titleOf(code), page: markdown },
    text: (terminal) => renderPage(markdown, terminal),
  };
}
