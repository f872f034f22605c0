/** A doctor's result for others: Markdown, annotations, a page. Personal data is replaced in each of them. */
import { resolve } from 'node:path';
import { GpuSetupError, messageOf, usageError } from '../base/errors.ts';
import { writePrivate } from '../base/files/write-private.ts';
import type { DoctorReport } from '../doctor/types.ts';
import type { Machine } from '../machine/machine.ts';
import { textOf } from './call/parse-arguments.ts';
import type { Context, OptionValues } from './command.ts';

type Form = (report: DoctorReport) => Promise<string>;

const FORMS: Readonly<Record<string, Form>> = {
  '--markdown': async (report) => (await import('../report/doctor-markdown.ts')).markdownDoctor(report),
  '--format github': async (report) => (await import('../report/annotations.ts')).annotateDoctor(report),
};

/**
 * What is printed in the place of the terminal's report; null where nothing is.
 *
 * @throws GpuSetupError `options-conflict`
 */
export function formOf(options: OptionValues, { json }: Pick<Context, 'json'>): Form | null {
  const format = textOf(options, 'format');
  const asked = [
    ...(json ? ['--json'] : []),
    ...(options['markdown'] === true ? ['--markdown'] : []),
    ...(format === undefined ? [] : [`--format ${format}`]),
  ];
  if (asked.length > 1) throw usageError('options-conflict', `${asked.join(' and ')} exclude each other`);
  return FORMS[asked[0] ?? ''] ?? null;
}

/** The same result, fit to be shown to others; what the machine was called on purpose stays. */
export async function shareable(report: DoctorReport, machine: Machine): Promise<DoctorReport> {
  const [{ withoutPersonalData }, { namesOf }] = await Promise.all([
    import('../machine/snapshot/redact-document.ts'),
    import('../machine/snapshot/known-names.ts'),
  ]);
  return withoutPersonalData(report, namesOf(machine), ['label']);
}

/** @throws GpuSetupError `report-failed` */
export async function writePage(report: DoctorReport, file: string, context: Context): Promise<void> {
  const { doctorPage } = await import('../report/page/doctor-page.ts');
  const path = resolve(context.cwd, file);
  try {
    writePrivate(path, doctorPage(report));
  } catch (cause) {
    throw new GpuSetupError(
      'report-failed',
      `the page could not be written to ${path}: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
  context.emit({
    type: 'notice',
    level: 'info',
    text: `the page is in ${path}; personal data was replaced, look through it before you share it`,
  });
}
