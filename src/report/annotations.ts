/**
 * Findings as annotations of a GitHub workflow, one line each:
 *
 *   ::error title=nouveau-in-use (gpu:01:00.0)::The nouveau driver holds the GPU.%0AWhat to type:%0Asudo ...
 *
 * The runner takes a line for a command that begins with "::", and in it reads %25 and %0A, in a title also %3A and %2C.
 */
import { escapeText } from '../base/escape.ts';
import type { DoctorReport, ReportedDiagnosis } from '../doctor/types.ts';
import { summarize } from './doctor-summary.ts';
import { typedSteps } from './fix-steps.ts';

type Level = 'error' | 'warning' | 'notice';

/** What was found, the headline first; it has a line of its own only where no finding says it. */
export function annotateDoctor(report: DoctorReport): string {
  const { headline, root } = summarize(report);
  const title = ['gpu-setup doctor', ...(report.label === null ? [] : [report.label])].join(': ');
  const levels = { ok: 'notice', error: 'error', warning: 'warning', unknown: 'warning' } as const;
  const found = report.diagnoses.map((one) => annotationOf(one, report.label));
  return root === null
    ? joined([annotation(levels[headline.status], title, headline.sentence), ...found])
    : joined(found);
}

/** @param name of the log */
export function annotateLog(
  name: string,
  diagnoses: readonly ReportedDiagnosis[],
  label: string | null,
): string {
  if (diagnoses.length > 0) return joined(diagnoses.map((one) => annotationOf(one, label ?? name)));
  return joined([annotation('notice', label ?? name, 'Nothing wrong that gpu-setup knows.')]);
}

const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

function annotationOf(one: ReportedDiagnosis, label: string | null): string {
  const level = one.severity === 'info' ? 'notice' : one.severity;
  const where = one.subject === 'machine' || one.subject === 'log' ? [] : [`(${one.subject})`];
  const sure = one.confidence === 'certain' ? [] : [`[${one.confidence}]`];
  const title = [...(label === null ? [] : [`${label}:`]), one.code, ...where, ...sure].join(' ');
  const steps = typedSteps(one.fix).flatMap(({ title, lines, alternative, needsReboot }) => [
    `# ${alternative ? 'or: ' : ''}${title}${needsReboot ? ' (needs a reboot)' : ''}`,
    ...lines,
  ]);
  const text = [
    one.summary,
    ...(steps.length === 0 ? [] : ['What to type:', ...steps]),
    `More: ${one.explain}`,
  ];
  return annotation(level, title, text.join('\n'));
}

function annotation(level: Level, title: string, message: string): string {
  return `::${level} title=${property(title)}::${data(message)}`;
}

const data = (text: string): string => escapeText(text).replaceAll('%', '%25').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
