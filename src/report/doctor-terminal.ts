/**
 * A doctor's result on a terminal, on one screen: the root cause in a sentence, why, what to type, what follows from it,
 * then one line per layer and the driver's outlook.
 */
import { escapeLine } from '../base/escape.ts';
import type { CheckStatus, DoctorResult, Evidence, ReportedDiagnosis } from '../doctor/types.ts';
import { summarize, type Headline, type LayerLine, type Summary } from './doctor-summary.ts';
import { typedSteps } from './fix.ts';
import { shellLine } from './shell.ts';
import { style, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { cut, textWidth, wrap } from './wrap.ts';

/** Title of the live machine (src/machine/live.ts): it goes without saying. */
const THIS_MACHINE = 'this machine';
const MOST_EVIDENCE = 3;
const MOST_OTHERS = 4;
/** Of "kernel-driver" and its like. */
const LAYER_COLUMN = 15;

export function renderDoctor(result: DoctorResult, terminal: Terminal): string {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const summary = summarize(result);
  const blocks = [
    headline(summary.headline, paint, width),
    summary.root === null ? [] : details(summary.root, paint, width),
    followUps(summary, paint, width),
    summary.root === null ? [] : [''],
    layers(summary.layers, paint, width),
    wrap(escapeLine(result.outlook.sentence), width, '', '  '),
    result.machine === THIS_MACHINE ? [] : wrap(`Judged: ${escapeLine(result.machine)}`, width, '', '  '),
  ];
  return `${blocks.flat().join('\n')}\n`;
}

/** For --quiet: the headline alone. */
export function renderHeadline(result: DoctorResult, terminal: Terminal): string {
  return `${headline(summarize(result).headline, style(terminal), textWidth(terminal)).join('\n')}\n`;
}

function headline(line: Headline, paint: Style, width: number): string[] {
  const lead = `${paint.symbols[line.status]} ${line.word}: `;
  const lines = wrap(escapeLine(line.sentence), width, lead, '  ');
  return lines.map((text, at) =>
    at === 0
      ? paint.bold(colored(line.status, lead.trimEnd(), paint) + text.slice(lead.length - 1))
      : paint.bold(text),
  );
}

function details(root: ReportedDiagnosis, paint: Style, width: number): string[] {
  const sure = root.confidence === 'certain' ? '' : `, ${root.confidence}`;
  const lines = [`  ${root.code} (${escapeLine(root.subject)}${sure}); more: ${root.explain}`];
  if (root.evidence.length > 0) {
    lines.push(paint.bold('Why'));
    lines.push(...root.evidence.slice(0, MOST_EVIDENCE).flatMap((row) => evidenceLines(row, paint, width)));
  }
  if (root.fix.length > 0) lines.push(paint.bold('What to type'), ...fixLines(root, paint, width));
  for (const question of root.next) {
    lines.push(...wrap(`To be sure: ${escapeLine(question.ask)}`, width, '  ', '    '));
    if (question.argv.length > 0) lines.push(`      ${paint.cyan(escapeLine(shellLine(question.argv)))}`);
  }
  return lines;
}

/** "  * nouveau 1986560 1  (file: /proc/modules)"; the source is kept whole, the excerpt is cut to one or two lines. */
function evidenceLines(row: Evidence, paint: Style, width: number): string[] {
  const from = `(${escapeLine(row.from)})`;
  const excerpt = escapeLine(row.excerpt.trim().replace(/\s*\n\s*/g, ' / '));
  const [lead, rest] = [`  ${paint.symbols.bullet} `, '    '];
  const first = width - lead.length;
  if (excerpt.length + 2 + from.length <= first) return [`${lead}${excerpt}  ${from}`];
  return [`${lead}${cut(excerpt, first, paint.symbols.rest)}`, `${rest}${from}`];
}

function fixLines(root: ReportedDiagnosis, paint: Style, width: number): string[] {
  let number = 0;
  return typedSteps(root.fix).flatMap((step) => {
    const lead = step.alternative ? '  or ' : `  ${++number}. `;
    const reboot = step.needsReboot ? ' [needs a reboot]' : '';
    const title = wrap(`${step.title}${reboot}`, width, lead, '     ');
    return [...title, ...step.lines.map((line) => `       ${paint.cyan(line)}`)];
  });
}

function followUps(summary: Summary, paint: Style, width: number): string[] {
  const lines: string[] = [];
  if (summary.consequences.length > 0) {
    lines.push(...wrap(`Also seen, caused by this: ${summary.consequences.join(', ')}`, width, '', '  '));
  }
  for (const other of summary.others.slice(0, MOST_OTHERS)) lines.push(...otherLines(other, paint, width));
  const rest = summary.others.length - MOST_OTHERS;
  if (rest > 0) lines.push(`  and ${rest} more: gpu-setup doctor --markdown`);
  return lines;
}

/** "x error [toolkit-missing]: cuda10 needs CUDA 10.0, which is not installed", and what to type first where it is an error */
function otherLines(other: ReportedDiagnosis, paint: Style, width: number): string[] {
  const status = other.severity === 'info' ? 'blocked' : other.severity;
  const lead = `${paint.symbols[status]} ${other.severity === 'info' ? 'note' : other.severity} [${other.code}]:`;
  const text = cut(escapeLine(other.summary), width - lead.length - 1, paint.symbols.rest);
  const command = other.severity === 'error' ? typedSteps(other.fix)[0]?.lines[0] : undefined;
  return [
    `${colored(status, lead, paint)} ${text}`,
    ...(command === undefined ? [] : [`       ${paint.cyan(command)}`]),
  ];
}

function layers(all: readonly LayerLine[], paint: Style, width: number): string[] {
  const looked = all.filter((line) => line.status !== 'blocked' && line.status !== 'not-applicable');
  return [
    ...looked.map((line) => row(line.status, line.layer, line.code ?? line.summary, paint, width)),
    ...gathered(all, 'blocked', 'blocked', paint, width),
    ...gathered(all, 'not-applicable', 'not needed', paint, width),
  ];
}

/** "- blocked         device, driver-library (by nouveau-in-use)" */
function gathered(
  all: readonly LayerLine[],
  status: CheckStatus,
  says: string,
  paint: Style,
  width: number,
): string[] {
  const lines = all.filter((line) => line.status === status);
  if (lines.length === 0) return [];
  const causes = [...new Set(lines.flatMap((line) => line.blockedBy))];
  const by = causes.length === 0 ? '' : ` (by ${causes.join(', ')})`;
  const lead = `${paint.symbols.blocked} ${says.padEnd(LAYER_COLUMN)} `;
  return wrap(`${lines.map((line) => line.layer).join(', ')}${by}`, width, lead, ' '.repeat(lead.length));
}

function row(status: CheckStatus, name: string, text: string, paint: Style, width: number): string {
  const symbol = status === 'not-applicable' ? 'blocked' : status;
  const word = status === 'ok' ? '' : `${status}: `;
  const room = width - LAYER_COLUMN - 3;
  const shown = cut(`${word}${escapeLine(text)}`, room, paint.symbols.rest);
  return `${colored(status, paint.symbols[symbol], paint)} ${name.padEnd(LAYER_COLUMN)} ${shown}`;
}

function colored(status: CheckStatus, text: string, paint: Style): string {
  if (status === 'ok') return paint.green(text);
  if (status === 'error') return paint.red(text);
  if (status === 'warning' || status === 'unknown') return paint.yellow(text);
  return text;
}
