/** A doctor's result as Markdown, to paste into an issue. */
import { escapeText } from '../base/escape.ts';
import type { DoctorReport, ReportedDiagnosis } from '../doctor/types.ts';
import { summarize } from './doctor-summary.ts';
import { typedSteps } from './fix-steps.ts';
import { shellLine } from '../base/processes/shell-line.ts';

export function markdownDoctor(result: DoctorReport): string {
  const { headline, root, consequences, others, layers } = summarize(result);
  const parts = [
    `## gpu-setup doctor: ${headline.word}`,
    `**${inline(headline.sentence)}**`,
    `Machine: ${inline(machineOf(result))}. Purpose: ${result.purpose}. Driver: ${inline(result.outlook.sentence)}`,
    ...(root === null ? [] : [diagnosis(root)]),
    ...(consequences.length === 0 ? [] : [`Also seen, caused by this: ${consequences.map(code).join(', ')}`]),
    ...others.map(diagnosis),
    ['| Layer | Status | What |', '|---|---|---|']
      .concat(layers.map((line) => `| ${line.layer} | ${line.status} | ${inline(line.summary)} |`))
      .join('\n'),
  ];
  const { version, at } = result;
  parts.push(`gpu-setup ${inline(version)}, ${at}; personal data was replaced`);
  return `${parts.join('\n\n')}\n`;
}

const machineOf = ({ machine, label }: DoctorReport): string =>
  label === null ? machine : `${label} (${machine})`;

function diagnosis(found: ReportedDiagnosis): string {
  const parts = [
    `### ${inline(found.title)} (${code(found.code)}, ${found.severity}, ${found.confidence})`,
    `${code(found.subject)}: ${inline(found.summary)}`,
  ];
  if (found.evidence.length > 0) {
    const rows = found.evidence.map((row) => `# ${row.from}\n${row.excerpt.trimEnd()}`);
    parts.push('Evidence:', fence(rows.join('\n\n'), 'text'));
  }
  const steps = typedSteps(found.fix).flatMap((step) => [
    `# ${step.alternative ? 'or: ' : ''}${step.title}${step.needsReboot ? ' (needs a reboot)' : ''}`,
    ...step.lines,
  ]);
  if (steps.length > 0) parts.push('What to type:', fence(steps.join('\n'), 'sh'));
  for (const question of found.next) {
    parts.push(`To be sure: ${inline(question.ask)}`);
    if (question.argv.length > 0) parts.push(fence(shellLine(question.argv), 'sh'));
  }
  return parts.join('\n\n');
}

/** Text from outside must not become markup: no links, images, mentions, HTML or table cells. */
function inline(text: string): string {
  return escapeText(text)
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[\\`*_[\]<>|#@!~&]/g, (c) =>
      c === '<' ? '&lt;' : c === '>' ? '&gt;' : c === '&' ? '&amp;' : `\\${c}`,
    );
}

function code(text: string): string {
  return `\`${escapeText(text).replace(/[`\n]/g, "'")}\``;
}

/** A fence longer than every run of backticks inside. */
function fence(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}${language}\n${escapeText(text)}\n${mark}`;
}
