/** What `bundle create` tells a person. */
import { escapeLine } from '../base/escape.ts';
import { shellWord } from '../base/processes/shell-line.ts';
import { licencesOf, type InstallPlan } from '../prefix/plan/install-plan.ts';
import { toolkitTitle } from './install.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { bytesText } from './units.ts';

export function renderBundle(
  { file, bytes, sha256, plan }: { file: string; bytes: number; sha256: string; plan: InstallPlan },
  terminal: Terminal,
): string {
  const paint = style(terminal);
  const { packages, sources, request } = plan;
  const count = packages.length === 1 ? '1 package' : `${packages.length} packages`;
  const facts = [
    ['file', file],
    ['size', `${bytesText(bytes)}, ${count}`],
    ['sha256', sha256],
    ['signed by', [...new Set(sources.map(({ id, signedWith }) => `${id} (${signedWith})`))].join(', ')],
    ['for', request.architecture],
    ...licencesOf(plan).map(({ title, url }) => ['licence', `${title}: ${url}`]),
    ['then', `gpu-setup bundle install ${shellWord(file.slice(file.lastIndexOf('/') + 1))}`],
  ];
  const title = `Bundled: ${escapeLine(request.name)}, ${escapeLine(toolkitTitle(plan))}`;
  return `${paint.green(paint.symbols.ok)} ${paint.bold(title)}\n${table([], facts, terminal)}`;
}
