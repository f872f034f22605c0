/** What `show --licenses` prints: each text whole, under the names of the packages that brought it. */
import { escapeLine, escapeText } from '../base/escape.ts';
import type { LicenceText } from '../prefix/home/licence-texts.ts';
import { style } from './style.ts';
import type { Terminal } from './terminal.ts';

export function renderLicenceTexts(texts: readonly LicenceText[], terminal: Terminal): string {
  if (texts.length === 0) return 'No package of this prefix brought a licence text along.\n';
  const { bold } = style(terminal);
  // Most packages of one source have one text between them.
  const whose = new Map<string, string[]>();
  for (const { package: name, file, text, why } of texts) {
    const said = text ?? `(${why})`;
    whose.set(said, [...(whose.get(said) ?? []), `${name}/${file}`]);
  }
  return [...whose]
    .map(([said, names]) => `${bold(escapeLine(names.join(', ')))}\n\n${escapeText(said).trimEnd()}\n`)
    .join('\n');
}
