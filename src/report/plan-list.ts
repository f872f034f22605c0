/** What a machine can run, as a table: a row for each framework. */
import { escapeLine } from '../base/escape.ts';
import type { PlanList } from '../stack/plan-all.ts';
import { titleOf } from '../stack/published.ts';
import { pythonInWords } from '../stack/python-releases.ts';
import type { Plan } from '../stack/types.ts';
import { nameOfMachine } from './plan-summary.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { textWidth, wrap } from './wrap.ts';

const HEAD = ['', 'WHAT', 'VERSION', 'BUILD', 'CUDA', 'CUDNN', 'PYTHON', 'HOW SURE'];

/** The narrowest terminal on which the table says more than names. */
const TABLE_COLUMNS = 90;

export function renderPlanList(list: PlanList, terminal: Terminal): string {
  const paint = style(terminal);
  const work = list.purpose === 'build' ? 'What can build programs on' : 'What can run on';
  const title = wrap(escapeLine(`${work} ${nameOfMachine(list.machine)}`), textWidth(terminal), '', '  ');
  const rows = list.plans.map((one) => rowOf(one, paint.symbols));
  const body =
    terminal.interactive && terminal.columns < TABLE_COLUMNS
      ? rows.map((row) => entryOf(row, terminal)).join('')
      : table(HEAD, rows, terminal);
  return `${title.map((line) => `${paint.bold(line)}\n`).join('')}${body}`;
}

const SYMBOLS = { yes: 'ok', no: 'error', unknown: 'unknown' } as const;

function rowOf(plan: Plan, symbols: Readonly<Record<'ok' | 'error' | 'unknown', string>>): string[] {
  const { feasible, asked, stack, conflicts, reasons } = plan;
  const mark = symbols[SYMBOLS[feasible]];
  const name = titleOf(asked[0]!.name);
  if (stack === null || feasible !== 'yes') {
    const why = conflicts[0]?.text ?? reasons[0]?.text ?? 'nothing is known of it';
    return [mark, name, '', '', '', '', '', feasible === 'no' ? `no: ${why}` : `not known: ${why}`];
  }
  const { framework, cuda, cudnn, python } = stack;
  const sure = plan.confidence === 'certain' ? 'certain' : 'likely';
  const slow = stack.architectures.some(({ fit }) => fit === 'slow') ? ', compiled at first start' : '';
  return [
    mark,
    name,
    framework?.version ?? '',
    framework?.build ?? '',
    cuda ?? '',
    cudnn ?? '',
    python === null ? '' : pythonInWords(python),
    `${sure}${slow}`,
  ];
}

/** One thing under its name, where the table has no room. */
function entryOf(
  [mark = '', name = '', version = '', ...cells]: readonly string[],
  terminal: Terminal,
): string {
  const labels = HEAD.slice(3).map((label) => label.toLowerCase());
  const said = cells.flatMap((cell, at) =>
    cell === '' ? [] : [at === labels.length - 1 ? cell : `${labels[at]} ${cell}`],
  );
  const lines = wrap(escapeLine(said.join(', ')), terminal.columns, '    ');
  return [`${mark} ${escapeLine(`${name} ${version}`.trim())}`, ...lines].map((line) => `${line}\n`).join('');
}
