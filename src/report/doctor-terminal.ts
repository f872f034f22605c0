/**
 * A doctor's result on a terminal, on one screen: the root cause in a sentence, why, what to type, what follows from it,
 * then one line per layer and the driver's outlook.
 */
import { escapeLine } from '../base/escape.ts';
import type { DoctorReport, Evidence, ReportedDiagnosis } from '../doctor/types.ts';
import { displayWidth } from './display-width.ts';
import { layerLines } from './doctor-layer-lines.ts';
import { summarize, type Headline, type Summary } from './doctor-summary.ts';
import { firstSource } from './first-source.ts';
import { typedSteps } from './fix-steps.ts';
import { shellLine } from '../base/processes/shell-line.ts';
import { style, type Style } from './style.ts';
import { saysAll, type Terminal } from './terminal.ts';
import { cut, textWidth, wrap } from './wrap.ts';

/** Title of the live machine (src/machine/kinds/live.ts): it goes without saying. */
const THIS_MACHINE = 'this machine';
const MOST_OTHERS = 4;

/** How much is said; on a terminal the richest that fits a screen of 24 rows with its prompt is taken. */
interface Detail {
  evidence: number;
  alternatives: boolean;
  spaced: boolean;
  /** Layers that do not matter for the purpose. */
  notNeeded: boolean;
  /** Lines may be cut, and findings counted instead of told. */
  shortened: boolean;
}

const SCREEN_ROWS = 24;
const ALL: Detail = {
  evidence: Infinity,
  alternatives: true,
  spaced: true,
  notNeeded: true,
  shortened: false,
};
const DETAILS: readonly Detail[] = [
  ALL,
  { evidence: 3, alternatives: true, spaced: true, notNeeded: true, shortened: true },
  { evidence: 2, alternatives: true, spaced: false, notNeeded: true, shortened: true },
  { evidence: 2, alternatives: false, spaced: false, notNeeded: true, shortened: true },
  { evidence: 2, alternatives: false, spaced: false, notNeeded: false, shortened: true },
];

export function renderDoctor(result: DoctorReport, terminal: Terminal): string {
  const summary = summarize(result);
  if (saysAll(terminal)) return `${report(result, summary, ALL, terminal).join('\n')}\n`;
  let lines: string[] = [];
  for (const detail of DETAILS) {
    lines = report(result, summary, detail, terminal);
    if (screenRows(lines, terminal) < SCREEN_ROWS) break;
  }
  return `${lines.join('\n')}\n`;
}

function report(result: DoctorReport, summary: Summary, detail: Detail, terminal: Terminal): string[] {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const { root } = summary;
  const shownLayers = summary.layers.filter(({ status }) => detail.notNeeded || status !== 'not-applicable');
  return [
    ...headline(summary.headline, paint, width),
    ...(root === null ? [] : details(root, detail, paint, width)),
    ...followUps(summary, detail, paint, width),
    ...(root !== null && detail.spaced ? [''] : []),
    ...layerLines(shownLayers, root?.code ?? null, detail.shortened, paint, width),
    ...wrap(escapeLine(result.outlook.sentence), width, '', '  '),
    ...judged(result).flatMap((name) => wrap(`Judged: ${escapeLine(name)}`, width, '', '  ')),
    ...(detail.shortened ? ['Shortened to fit: -v shows all of it'] : []),
  ];
}

/** What was looked at, where it does not go without saying. */
function judged({ machine, label }: DoctorReport): string[] {
  if (label === null) return machine === THIS_MACHINE ? [] : [machine];
  return [machine === THIS_MACHINE ? label : `${label} (${machine})`];
}

/** A command that is longer than the terminal is wide is not broken by us, but takes several rows. */
function screenRows(lines: readonly string[], terminal: Terminal): number {
  const widths = lines.map(displayWidth);
  return widths.reduce((rows, width) => rows + Math.max(1, Math.ceil(width / terminal.columns)), 0);
}

/** For --quiet: the headline alone. */
export function renderHeadline(result: DoctorReport, terminal: Terminal): string {
  return `${headline(summarize(result).headline, style(terminal), textWidth(terminal)).join('\n')}\n`;
}

function headline(line: Headline, paint: Style, width: number): string[] {
  const lead = `${paint.symbols[line.status]} ${line.word}: `;
  const lines = wrap(escapeLine(line.sentence), width, lead, '  ');
  return lines.map((text, at) =>
    at === 0
      ? paint.bold(paint.byStatus(line.status, lead.trimEnd()) + text.slice(lead.length - 1))
      : paint.bold(text),
  );
}

function details(root: ReportedDiagnosis, detail: Detail, paint: Style, width: number): string[] {
  const sure = root.confidence === 'certain' ? '' : `, ${root.confidence}`;
  const more = `${root.code} (${escapeLine(root.subject)}${sure}); more: ${root.explain}`;
  const lines = wrap(more, width, '  ');
  if (root.evidence.length > 0) {
    lines.push(paint.bold('Why'));
    lines.push(
      ...root.evidence.slice(0, detail.evidence).flatMap((row) => evidenceLines(row, detail, paint, width)),
    );
  }
  if (root.fix.length > 0) lines.push(paint.bold('What to type'), ...fixLines(root, detail, paint, width));
  for (const question of root.next) {
    lines.push(...wrap(`To be sure: ${escapeLine(question.ask)}`, width, '  ', '    '));
    if (question.argv.length > 0) lines.push(`      ${paint.bold(escapeLine(shellLine(question.argv)))}`);
  }
  return lines;
}

/** "  * nouveau 1986560 1  (file: /proc/modules)"; the source is kept whole, unless it is several; the excerpt may be cut to one line. */
function evidenceLines(row: Evidence, detail: Detail, paint: Style, width: number): string[] {
  const from = `(${escapeLine(detail.shortened ? firstSource(row.from) : row.from)})`;
  const lines = row.excerpt.trim();
  const excerpt = escapeLine(lines.includes('\n') ? lines.replace(/\s*\n\s*/g, ' / ') : lines);
  const [lead, rest] = [`  ${paint.symbols.bullet} `, '    '];
  const first = width - lead.length;
  if (displayWidth(excerpt) + 2 + displayWidth(from) <= first) return [`${lead}${excerpt}  ${from}`];
  if (!detail.shortened) return [...wrap(excerpt, width, lead, rest), `${rest}${from}`];
  return [`${lead}${cut(excerpt, first, paint.symbols.rest)}`, `${rest}${from}`];
}

function fixLines(root: ReportedDiagnosis, detail: Detail, paint: Style, width: number): string[] {
  const steps = typedSteps(root.fix);
  const shown = steps.filter((step) => detail.alternatives || !step.alternative);
  let number = 0;
  const lines = shown.flatMap((step) => {
    const lead = step.alternative ? '  or ' : `  ${++number}. `;
    const reboot = step.needsReboot ? ' [needs a reboot]' : '';
    const title = wrap(`${step.title}${reboot}`, width, lead, '     ');
    return [...title, ...step.lines.map((line) => `       ${paint.bold(line)}`)];
  });
  return shown.length === steps.length ? lines : [...lines, '  other ways: -v shows them'];
}

function followUps(summary: Summary, detail: Detail, paint: Style, width: number): string[] {
  const lines: string[] = [];
  if (summary.consequences.length > 0) {
    lines.push(...wrap(`Also seen, caused by this: ${summary.consequences.join(', ')}`, width, '', '  '));
  }
  // Notes are for a machine that works.
  const failed = summary.headline.status === 'error';
  const others = summary.others.filter(({ severity }) => !failed || severity !== 'info');
  const told = detail.shortened ? others.slice(0, MOST_OTHERS) : others;
  for (const other of told) lines.push(...otherLines(other, detail, paint, width));
  const rest = others.length - told.length;
  if (rest > 0) lines.push(`  and ${rest} more: -v tells them`);
  return lines;
}

/** "x error [toolkit-missing]: cuda10 needs CUDA 10.0, which is not installed", and what to type first where it is an error */
function otherLines(other: ReportedDiagnosis, detail: Detail, paint: Style, width: number): string[] {
  const status = other.severity === 'info' ? 'blocked' : other.severity;
  const lead = `${paint.symbols[status]} ${other.severity === 'info' ? 'note' : other.severity} [${other.code}]:`;
  const summary = escapeLine(other.summary);
  const [text = '', ...more] = detail.shortened
    ? [cut(summary, width - lead.length - 1, paint.symbols.rest)]
    : wrap(summary, width, ' '.repeat(lead.length + 1), '  ').map((line, at) =>
        at === 0 ? line.trimStart() : line,
      );
  const command = other.severity === 'error' ? typedSteps(other.fix)[0]?.lines[0] : undefined;
  return [
    `${paint.byStatus(status, lead)} ${text}`,
    ...more,
    ...(command === undefined ? [] : [`       ${paint.bold(command)}`]),
  ];
}
