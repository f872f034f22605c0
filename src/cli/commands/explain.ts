/**
 * `explain [CODE]`: the page of a diagnosis; without a code, the list of them. `explain --file LOG` and `explain -`: what
 * a log says is wrong.
 */
import { resolve } from 'node:path';
import pages from 'assets:docs/diagnoses';
import { ExitCode, usageError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import { readLogFile, readLogStream } from '../../machine/snapshot/log-file.ts';
import { renderLog } from '../../report/log-diagnoses.ts';
import { pageTitle, renderPage } from '../../report/diagnosis-page.ts';
import { table } from '../../report/table.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';
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
      description: 'say what this log shows is wrong (plain or .gz)',
      completes: 'file',
    },
    labelled('the log'),
  ],
  examples: [
    ['gpu-setup explain driver-library-mismatch', 'what the code means, how to check it, how to mend it'],
    ['gpu-setup explain', 'every code with its title'],
    ['gpu-setup explain --file build.log', 'what a log says is wrong, and what to do'],
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
      const text =
        file === '-'
          ? await fromStandardInput(context)
          : await readLogFile(resolve(context.cwd, file), context, file);
      return log(file === '-' ? STANDARD_INPUT : file, text, options, context);
    }
    if (code === '-') return log(STANDARD_INPUT, await fromStandardInput(context), options, context);
    return code === undefined ? list() : page(code);
  },
};

const STANDARD_INPUT = 'standard input';

/** @throws GpuSetupError `no-input` (exit code 2) where a terminal would have to be typed into */
async function fromStandardInput(context: Context): Promise<string> {
  if (process.stdin.isTTY) {
    throw usageError('no-input', 'standard input is a terminal: nothing is piped in', {
      hint: 'COMMAND 2>&1 | gpu-setup explain -',
    });
  }
  return readLogStream(process.stdin, STANDARD_INPUT, context);
}

/** Nothing recognised is no proof that all is well: exit code 3. */
async function log(name: string, text: string, options: OptionValues, context: Context): Promise<Outcome> {
  const [{ understandLog }, { withBoundedExcerpts }, { understoodOf }] = await Promise.all([
    import('../../doctor/diagnose.ts'),
    import('../../doctor/evidence.ts'),
    import('../../doctor/witness/understood.ts'),
  ]);
  const reading = understandLog(text);
  const { diagnoses } = reading;
  const understood = understoodOf(reading.understood);
  return {
    exitCode: diagnoses.length > 0 ? ExitCode.ok : ExitCode.unverified,
    json: withProvenance(
      {
        schema: 'gpu-setup/explain@1',
        file: name,
        understood,
        diagnoses: withBoundedExcerpts(diagnoses),
      },
      options,
      context,
    ),
    text: (terminal) => renderLog(name, understood, diagnoses, terminal),
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
