/** `explain [CODE]`: the page of a diagnosis; without a code, the list of them. */
import pages from 'assets:docs/diagnoses';
import { ExitCode, usageError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { pageTitle, renderPage } from '../report/page.ts';
import { table } from '../report/table.ts';
import type { CommandDefinition, Outcome } from './command.ts';

export const explain: CommandDefinition = {
  arguments: [
    { syntax: '[code]', description: 'a code as doctor prints it; without one, all codes are listed' },
  ],
  examples: [
    ['gpu-setup explain driver-library-mismatch', 'what the code means, how to check it, how to mend it'],
    ['gpu-setup explain', 'every code with its title'],
  ],
  run: async ([code]) => (code === undefined ? list() : page(code)),
};

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
