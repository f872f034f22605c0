/**
 * A plan for people: the answer and the stack in a few lines, why, what speaks against it, what to type; or why nothing fits, in
 * the smallest set of facts, and what does fit.
 */
import { escapeLine } from '../base/escape.ts';
import type { Plan, PlanAlternative, PlanReason, PlanStack } from '../stack/types.ts';
import { firstSource } from './first-source.ts';
import { typedSteps } from './fix-steps.ts';
import { headlineOf, stackRows, stackTitle } from './plan-summary.ts';
import { style, type Style } from './style.ts';
import { table } from './table.ts';
import { saysAll, type Terminal } from './terminal.ts';
import { textWidth, wrap } from './wrap.ts';

/** Of reasons on a terminal; -v shows all. */
const MOST_REASONS = 4;

export function renderPlan(plan: Plan, terminal: Terminal): string {
  const paint = style(terminal);
  const write: Writer = { paint, terminal, width: textWidth(terminal), all: saysAll(terminal) };
  const { sentence, status, word } = headlineOf(plan);
  const lead = `${paint.symbols[status]} ${word}: `;
  const [first = '', ...more] = told(sentence, lead, '  ', write);
  const lines = [
    paint.bold(paint.byStatus(status, lead.trimEnd()) + first.slice(lead.length - 1)),
    ...more.map(paint.bold),
    ...[plan.stack ?? [], ...plan.further].flat().flatMap((stack, at) => stackLines(plan, stack, at, write)),
    ...conflictLines(plan.conflicts, write),
    ...section(
      plan.feasible === 'no' ? '' : 'Why',
      plan.feasible === 'no' ? [] : reasonLines(plan.reasons, write),
      write,
    ),
    ...section('Mind', remarkLines(plan.remarks, write), write),
    ...section(
      plan.feasible === 'no' ? 'What does fit' : 'Or',
      alternativeLines(plan.alternatives, write),
      write,
    ),
    ...section('What to type', commandLines(plan, write), write),
  ];
  return `${lines.join('\n')}\n`;
}

interface Writer {
  paint: Style;
  terminal: Terminal;
  width: number;
  /** Nothing is shortened. */
  all: boolean;
}

function section(title: string, lines: readonly string[], { paint }: Writer): string[] {
  return lines.length === 0 ? [] : [paint.bold(title), ...lines];
}

/** Broken at words on a terminal; elsewhere one line, for what searches it. */
function told(text: string, first: string, rest: string, { terminal, width }: Writer): string[] {
  const line = escapeLine(text);
  return terminal.interactive ? wrap(line, width, first, rest) : [first + line];
}

/** Of several stacks each has its name above it. */
function stackLines(plan: Plan, stack: PlanStack, at: number, write: Writer): string[] {
  const name = plan.further.length === 0 ? [] : [write.paint.bold(escapeLine(stackTitle(stack)))];
  return [...name, ...rowsOf(stackRows(stack, at === 0 ? plan.machine : null), write)];
}

function rowsOf(rows: readonly (readonly [string, string])[], { terminal }: Writer): string[] {
  return table(
    [],
    rows.map(([label, text]) => [`  ${label}`, text]),
    terminal,
  )
    .trimEnd()
    .split('\n');
}

function reasonLines(reasons: readonly PlanReason[], write: Writer): string[] {
  const shown = write.all ? reasons : reasons.slice(0, MOST_REASONS);
  const rest = reasons.length - shown.length;
  return [
    ...shown.flatMap((one) => [
      ...told(one.text, `  ${write.paint.symbols.bullet} `, '    ', write),
      ...(write.all ? sourceLines(one, write) : []),
    ]),
    ...(rest === 0 ? [] : [`  and ${rest} more, with sources: -v`]),
  ];
}

function remarkLines(remarks: readonly PlanReason[], write: Writer): string[] {
  return remarks.flatMap((one) => [
    ...told(one.text, `  ${write.paint.symbols.warning} `, '    ', write).map(write.paint.magenta),
    ...(write.all ? sourceLines(one, write) : []),
  ]);
}

/** The facts of a conflict are the answer: they are shown on every terminal. */
function conflictLines(conflicts: readonly PlanReason[], write: Writer): string[] {
  return conflicts.flatMap((one, at) => [
    ...told(
      one.text,
      conflicts.length > 1 ? `  ${at + 1}. ` : '  ',
      conflicts.length > 1 ? '     ' : '  ',
      write,
    ),
    ...sourceLines(one, write),
  ]);
}

/** "- CUDA 11.0 asks for driver 450.36.06 or newer (https://docs.nvidia.com/... and 2 more)" */
function sourceLines({ facts }: PlanReason, write: Writer): string[] {
  return facts.flatMap(({ text, source, confidence }) => {
    // What the caller said needs no page to be looked up; the JSON document has every source.
    const where = write.all || !source.includes('/') ? [firstSource(source)] : [];
    const said = [...new Set([...where, ...(confidence === 'seen' ? [] : [confidence])])];
    const from = said.length === 0 ? '' : ` (${said.join(', ')})`;
    return told(`${text}${from}`, `      ${write.paint.symbols.blocked} `, '        ', write);
  });
}

/** What changes stands first: "driver: ..." */
function alternativeLines(alternatives: readonly PlanAlternative[], write: Writer): string[] {
  return alternatives.flatMap(({ change, text }) =>
    told(`${CHANGED[change]}: ${text}`, `  ${write.paint.symbols.bullet} `, '    ', write),
  );
}

const CHANGED: Readonly<Record<PlanAlternative['change'], string>> = {
  framework: 'another version',
  cuda: 'another CUDA',
  gpu: 'another GPU',
  driver: 'another driver',
  python: 'another Python',
  os: 'another distribution',
  container: 'a container',
};

function commandLines({ commands }: Plan, write: Writer): string[] {
  const steps = typedSteps(commands.map((one) => ({ ...one, needsReboot: false })));
  let number = 0;
  return steps.flatMap((step) => {
    const lead = step.alternative ? '  or ' : `  ${++number}. `;
    return [
      ...told(step.title, lead, '     ', write),
      ...step.lines.map((line) => `       ${write.paint.bold(line)}`),
    ];
  });
}
