/** The list of what `doctor --fix` is to do, a step of it before it runs, and what came of it. */
import { escapeLine, escapeText } from '../base/escape.ts';
import { shellLine } from '../base/processes/shell-line.ts';
import type { Done, Mended } from '../doctor/mend/carry-out.ts';
import type { Comparison } from '../doctor/mend/compare.ts';
import type { MendStep, MendWay } from '../doctor/mend/plan.ts';
import { style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { textWidth, wrap } from './wrap.ts';

/** Exactly what is started, as it would be typed; lines of a script stay lines. */
export const commandOf = ({ argv }: MendWay): string[] =>
  argv === null ? [] : escapeText(shellLine(argv)).replaceAll('\t', ' ').split('\n');

/** @param isAttended whether somebody will be asked */
export function planLines(plan: readonly MendStep[], isAttended: boolean, terminal: Terminal): string[] {
  if (plan.length === 0) return ['There is nothing to do: no finding has a step.'];
  const paint = style(terminal);
  const width = textWidth(terminal);
  return [
    paint.bold('What is to be done'),
    ...plan.flatMap((step, at) => {
      const before = plan[at - 1];
      const isNew = before?.code !== step.code || before.subject !== step.subject;
      return [
        ...(isNew ? wrap(`For ${step.code}: ${escapeLine(step.summary)}`, width, '', '  ') : []),
        ...stepLines(step, isAttended, terminal),
      ];
    }),
  ];
}

/** "  2. Install it / sudo apt install gcc", and why it is not carried out, and the other ways. */
export function stepLines(step: MendStep, isAttended: boolean, terminal: Terminal): string[] {
  return [
    ...wayLines(step, `${String(step.number).padStart(3)}. `, isAttended, terminal),
    ...step.others.flatMap((way) => wayLines(way, '  or ', isAttended, terminal)),
  ];
}

function wayLines(way: MendWay, lead: string, isAttended: boolean, terminal: Terminal): string[] {
  const paint = style(terminal);
  const left = way.manner === 'print' || (way.manner === 'judge' && !isAttended);
  const marks = [
    ...(left ? [`not carried out: ${way.because ?? ''}`] : []),
    ...(way.reboot === 'none' ? [] : ['needs a restart of the machine']),
  ];
  const mark = marks.length === 0 ? '' : ` [${escapeLine(marks.join('; '))}]`;
  return [
    ...wrap(`${escapeLine(way.title.replace(/^or,? /i, ''))}${mark}`, textWidth(terminal), lead, '     '),
    ...commandOf(way).map((line) => `       ${left ? line : paint.bold(line)}`),
  ];
}

const WORDS: Readonly<Record<Done['status'], string>> = {
  done: 'done',
  failed: 'failed',
  skipped: 'left out',
  printed: 'not carried out',
  'not-reached': 'not reached',
};

/** @param log where it is written down; null where nothing ran */
export function mendedLines({ steps, stopped }: Mended, log: string | null, terminal: Terminal): string[] {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const failed = steps.find(({ status }) => status === 'failed');
  const lines = steps.map(({ step, way, status, exit }) => {
    const code =
      status === 'failed' ? (exit === null ? ' (could not be started)' : ` (exit code ${exit})`) : '';
    const text = `${String(step.number).padStart(3)}. ${WORDS[status]}${code}: ${escapeLine(way.title)}`;
    return status === 'failed' ? paint.red(text) : text;
  });
  if (failed !== undefined) {
    lines.push(
      ...wrap(
        `Step ${failed.step.number} failed; what it printed stands above. Nothing was done after it. Mend what it names, then go on: gpu-setup doctor --fix`,
        width,
        '',
        '  ',
      ),
      ...commandOf(failed.way).map((line) => `  ${line}`),
    );
  }
  if (stopped === 'restart') {
    lines.push(
      ...wrap(
        'The machine has to be restarted now (sudo reboot). Then go on: gpu-setup doctor --fix',
        width,
        '',
        '  ',
      ),
    );
  }
  if (log !== null) lines.push(`Written down in ${escapeLine(log)}`);
  return lines;
}

export function comparisonLines(
  { solved, remaining, new: appeared }: Comparison,
  terminal: Terminal,
): string[] {
  const paint = style(terminal);
  const row = (name: string, codes: readonly string[]): string[] =>
    codes.length === 0
      ? []
      : wrap(`${name}: ${escapeLine(codes.join(', '))}`, textWidth(terminal), '  ', '    ');
  return [
    paint.bold('A new look'),
    ...row('solved', solved),
    ...row('still there', remaining),
    ...row('new', appeared),
    ...(solved.length + remaining.length + appeared.length === 0
      ? ['  nothing was wrong, and nothing is']
      : []),
  ];
}
