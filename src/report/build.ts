/** What was built, for people; and what a build's log says where it failed. */
import { GpuSetupError } from '../base/errors.ts';
import { escapeLine } from '../base/escape.ts';
import type { ReportedDiagnosis } from '../doctor/types.ts';
import type { BuildRecord } from '../machine/records/build-record.ts';
import { typedSteps } from './fix-steps.ts';
import { style } from './style.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { timeText } from '../base/time-text.ts';
import { bytesText, secondsText } from './units.ts';

export function renderBuild(record: BuildRecord, fresh: boolean, terminal: Terminal): string {
  const paint = style(terminal);
  const how = fresh ? `built in ${secondsText(record.seconds)}` : 'is built already';
  return `${paint.green(paint.symbols.ok)} ${paint.bold(`${escapeLine(record.recipe)} ${how}`)}\n${table([], factsOf(record), terminal)}`;
}

/** @param bytes on disk */
export function renderBuildRecord(record: BuildRecord, bytes: number, terminal: Terminal): string {
  const rows = [
    ...factsOf(record),
    ['on disk', bytesText(bytes)],
    ['built', `${timeText(record.builtAt)}, in ${secondsText(record.seconds)}`],
  ];
  return `${style(terminal).bold(escapeLine(record.name))}\n${table([], rows, terminal)}`;
}

function factsOf(record: BuildRecord): string[][] {
  const { source, prefix, gpu, libraries } = record;
  const mine = libraries.filter(({ from }) => from === 'prefix').map(({ soname }) => soname);
  const missing = libraries.filter(({ path }) => path === null).map(({ soname }) => soname);
  const code = [...gpu.machineCode, ...gpu.ptx.map((capability) => `${capability} (PTX)`)];
  return [
    ['program', record.program.path],
    ['source', `${source.title}${source.kind === 'user' ? '' : ` ${source.version.slice(0, 40)}`}`],
    ...(source.lacks === null ? [] : [['note', source.lacks]]),
    [
      'against',
      prefix === null
        ? 'the CPU alone'
        : `${prefix.name} (CUDA ${prefix.cuda} ${prefix.cudnn === null ? 'without cuDNN' : `with cuDNN ${prefix.cudnn}`})`,
    ],
    ...(code.length === 0 ? [] : [['code for', code.join(', ')]]),
    ...(mine.length === 0
      ? []
      : [['libraries', `${mine.join(', ')}: from the prefix, no environment needed`]]),
    ...(missing.length === 0
      ? []
      : [['driver', `${missing.join(', ')} comes with the driver, and is not here`]]),
    ...(record.compiler === null ? [] : [['compiler', `${record.compiler.path} ${record.compiler.version}`]]),
    ['log', record.log],
  ];
}

/** What the log of a failed build says is wrong becomes what to do; any other error stays as it is. */
export function withDiagnosisHints(error: unknown): unknown {
  if (!(error instanceof GpuSetupError) || error.code !== 'build-failed') return error;
  const diagnoses = (error.details?.['diagnoses'] ?? []) as readonly ReportedDiagnosis[];
  return new GpuSetupError(error.code, error.message, {
    hint: [...diagnosisHints(diagnoses), ...error.hints],
    cause: error.cause,
    details: error.details,
  });
}

/** The first diagnosis of a log, as instructions: what is wrong stands in the error's message. */
function diagnosisHints(diagnoses: readonly ReportedDiagnosis[]): string[] {
  const [first, ...others] = diagnoses;
  if (first === undefined) return [];
  return [
    ...typedSteps(first.fix).flatMap(({ title, lines, alternative }) => [
      `${alternative ? `or ${title[0]!.toLowerCase()}${title.slice(1)}` : title}${lines.length > 0 ? ':' : ''}`,
      ...lines.map((line) => `    ${line}`),
    ]),
    `more: ${first.explain}`,
    ...others.slice(0, 3).map((other) => `also seen: ${other.code} (${other.explain})`),
  ];
}
