/** What a log says, for people: what was understood of it, the likeliest cause whole, the others by name. */
import { escapeLine } from '../base/escape.ts';
import type { Evidence, ReportedDiagnosis } from '../doctor/types.ts';
import type { Understood } from '../doctor/witness/understood.ts';
import { displayWidth } from './display-width.ts';
import { typedSteps } from './fix-steps.ts';
import { shellLine } from '../base/processes/shell-line.ts';
import { style, type Style } from './style.ts';
import { saysAll, type Terminal } from './terminal.ts';
import { MOST_UNDERSTOOD, understoodLines } from './understood.ts';
import { cut, textWidth, wrap } from './wrap.ts';

const MOST_EVIDENCE = 3;

/** @param taken which report of another program it is; null: a log */
export function renderLog(
  { name, taken }: { name: string; taken: string | null },
  understood: readonly Understood[],
  diagnoses: readonly ReportedDiagnosis[],
  terminal: Terminal,
): string {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const all = saysAll(terminal);
  const blocks = [
    taken === null ? [] : wrap(`${escapeLine(name)} is ${taken}: its machine is judged.`, width, '', '  '),
    understoodLines(understood, paint, width, all ? null : MOST_UNDERSTOOD),
    ...(diagnoses.length === 0
      ? [wrap(`${escapeLine(name)} shows nothing wrong that gpu-setup knows.`, width, '', '  ')]
      : diagnoses.map((one, at) =>
          at === 0 ? wholeBlock(one, paint, width, all) : shortBlock(one, paint, width, all),
        )),
  ].filter((lines) => lines.length > 0);
  const shortened =
    understood.length > MOST_UNDERSTOOD ||
    diagnoses.some((one, at) => isShortened(one, at === 0 ? MOST_EVIDENCE : 1, paint, width));
  if (!all && shortened) blocks.push(['Shortened: -v shows all of it']);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function heading(
  { severity, confidence, code, summary }: ReportedDiagnosis,
  paint: Style,
  width: number,
): string[] {
  const status = severity === 'info' ? 'blocked' : severity;
  const sure = confidence === 'certain' ? '' : `${confidence}: `;
  const lead = `${paint.symbols[status]} `;
  const [first, ...rest] = wrap(`${sure}${escapeLine(summary)} [${code}]`, width, lead, '  ');
  return [paint.byStatus(status, paint.bold(first!)), ...rest];
}

function wholeBlock(one: ReportedDiagnosis, paint: Style, width: number, all: boolean): string[] {
  const lines = heading(one, paint, width);
  lines.push(...evidenceLines(one, paint, width, all ? null : MOST_EVIDENCE));
  let number = 0;
  for (const step of typedSteps(one.fix)) {
    const lead = step.alternative ? '  or ' : `  ${++number}. `;
    const reboot = step.needsReboot ? ' [needs a reboot]' : '';
    lines.push(...wrap(`${step.title}${reboot}`, width, lead, '     '));
    lines.push(...step.lines.map((line) => `       ${paint.bold(line)}`));
  }
  return [...lines, ...nextLines(one, paint, width), `  more: ${one.explain}`];
}

function shortBlock(one: ReportedDiagnosis, paint: Style, width: number, all: boolean): string[] {
  return [
    ...heading(one, paint, width),
    ...evidenceLines(one, paint, width, all ? null : 1),
    ...nextLines(one, paint, width),
    `  more: ${one.explain}`,
  ];
}

/** @param most how many, one line each; null for all of them, whole */
function evidenceLines(
  { evidence }: ReportedDiagnosis,
  paint: Style,
  width: number,
  most: number | null,
): string[] {
  return evidence.slice(0, most ?? Infinity).flatMap((row) => {
    const { lead, text, room } = parts(row, paint, width);
    return most === null
      ? wrap(`${lead}${text}`, width, '  ', '    ')
      : [`  ${lead}${cut(text, room, paint.symbols.rest)}`];
  });
}

function isShortened({ evidence }: ReportedDiagnosis, most: number, paint: Style, width: number): boolean {
  return (
    evidence.length > most ||
    evidence.some((row) => {
      const { text, room } = parts(row, paint, width);
      return displayWidth(text) > room;
    })
  );
}

function parts(
  { from, excerpt }: Evidence,
  paint: Style,
  width: number,
): { lead: string; text: string; room: number } {
  const lead = `${paint.symbols.bullet} ${escapeLine(from)}: `;
  return { lead, text: escapeLine(excerpt.trim()), room: Math.max(20, width - 2 - displayWidth(lead)) };
}

function nextLines({ next }: ReportedDiagnosis, paint: Style, width: number): string[] {
  return next.flatMap(({ ask, argv }) => [
    ...wrap(`To be sure: ${escapeLine(ask)}`, width, '  ', '    '),
    ...(argv.length === 0 ? [] : [`      ${paint.bold(escapeLine(shellLine(argv)))}`]),
  ]);
}
