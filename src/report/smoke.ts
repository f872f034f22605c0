/** The ladder for people: each rung with its verdict, time and the figures that matter, then how the network learned. */
import { escapeLine } from '../base/escape.ts';
import type { Climb, RungResult } from '../smoke/ladder.ts';
import { sparkline } from './curve.ts';
import { style, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { secondsText } from './units.ts';
import { textWidth, wrap } from './wrap.ts';

export interface SmokeView extends Climb {
  name: string;
  required: readonly string[];
  curve: {
    loss: readonly { iteration: number; loss: number }[];
    map50: readonly { iteration: number; map50: number }[];
  } | null;
  kept: { curve: string } | null;
}

const INDENT = ' '.repeat(14);

export function renderSmoke(view: SmokeView, terminal: Terminal): string {
  const paint = style(terminal);
  const width = textWidth(terminal);
  const lines = grouped(view.rungs).flatMap((rungs) => rungLines(rungs, view.required, paint, width));
  lines.push('', verdict(view, paint));
  if (view.curve !== null) lines.push('', ...curveLines(view.curve, terminal));
  if (view.kept !== null) lines.push(`curve    ${escapeLine(view.kept.curve)}`);
  return `${lines.join('\n')}\n`;
}

/** Rungs that follow each other and were not run for the same reason are told once. */
function grouped(rungs: readonly RungResult[]): RungResult[][] {
  const groups: RungResult[][] = [];
  for (const rung of rungs) {
    const before = groups.at(-1);
    const same =
      rung.status === 'not-run' && before?.[0]?.status === 'not-run' && before[0].because === rung.because;
    if (same) before.push(rung);
    else groups.push([rung]);
  }
  return groups;
}

function rungLines(
  rungs: readonly RungResult[],
  required: readonly string[],
  paint: Style,
  width: number,
): string[] {
  const [rung] = rungs as readonly [RungResult];
  const names = rungs.map((one) => one.rung);
  const marks = {
    passed: paint.green(paint.symbols.ok),
    failed: paint.red(paint.symbols.error),
    'not-run': paint.magenta(paint.symbols.unknown),
  };
  const title = `${marks[rung.status]} ${names.join(', ').padEnd(11)}`;
  const need = rung.status === 'not-run' && required.includes(rung.rung) ? ', and is required' : '';
  const says =
    rung.status === 'passed'
      ? `passed (${secondsText(rung.seconds)})`
      : rung.status === 'failed'
        ? `failed: ${rung.because ?? ''}`
        : `not run${need}: ${rung.because ?? ''}`;
  const text = wrap(escapeLine(says), width, INDENT);
  const head = names.length === 1 ? [`${title} ${text.shift()!.trimStart()}`] : [title];
  const figures = rung.status === 'not-run' ? [] : (FIGURES[rung.rung]?.(rung.figures) ?? []);
  return [...head, ...text, ...figures.flatMap((text) => wrap(escapeLine(text), width, INDENT))];
}

function verdict({ name, overall, reached, rungs }: SmokeView, paint: Style): string {
  const subject = escapeLine(name);
  const upTo = reached === null ? '' : `, up to ${reached}`;
  if (overall === 'passed') return paint.green(`${subject}: everything passed${upTo}`);
  if (overall === 'failed') {
    const failed = rungs.filter(({ status }) => status === 'failed').map(({ rung }) => rung);
    return paint.red(`${subject}: ${failed.join(', ')} failed`);
  }
  const skipped = rungs.filter(({ status }) => status === 'not-run').map(({ rung }) => rung);
  return paint.magenta(`${subject}: passed in part${upTo}; not run: ${skipped.join(', ')}`);
}

function curveLines(curve: NonNullable<SmokeView['curve']>, terminal: Terminal): string[] {
  const losses = curve.loss.map(({ loss }) => loss);
  const known = losses.filter(Number.isFinite);
  const width = Math.max(10, Math.min(60, terminal.columns - 30));
  // The first losses are ten times the later ones.
  const top = [...known].sort((a, b) => a - b)[Math.floor(0.95 * (known.length - 1))];
  const ends = known.length === 0 ? '' : ` ${known[0]!.toFixed(1)} to ${known.at(-1)!.toFixed(2)}`;
  return [
    `loss     ${sparkline(losses, width, terminal, top)}${ends}`,
    `mAP@0.5  ${curve.map50.map(({ iteration, map50 }) => `${iteration}: ${map50.toFixed(3)}`).join('   ')}`,
  ];
}

type Values = RungResult['figures'];

/** What of the figures a person wants to see; all of them are in --json. */
const FIGURES: Readonly<Record<string, (figures: Values) => string[]>> = {
  loader: (figures) => {
    const outside = list(figures['outside']).map((one) => String(field(one, 'soname')));
    return [
      ...sentence(
        figures['files'],
        (files) => `${files} files, ${String(figures['needs'])} needed libraries`,
      ),
      ...(outside.length === 0 ? [] : [`brought by the driver or a desktop: ${outside.join(', ')}`]),
    ];
  },
  compile: (figures) => sentence(figures['compiler'], (compiler) => `nvcc with ${compiler}`),
  runtime: (figures) => [
    Object.entries(figures)
      .filter(([name]) => name !== 'driver')
      .map(([name, value]) => `${name} ${String(field(value, 'linked') || field(value, 'header'))}`)
      .join(', '),
  ],
  device: (figures) =>
    list(figures['devices']).map(
      (one) =>
        `${String(field(one, 'name'))}, compute capability ${String(field(one, 'computeCapability'))}, ${(Number(field(one, 'memoryBytes')) / 1e9).toFixed(1)} GB`,
    ),
  kernel: (figures) =>
    sentence(
      figures['hostToDeviceGBPerSecond'],
      (up) =>
        `to the device ${up} GB/s, back ${String(figures['deviceToHostGBPerSecond'])}, within it ${String(figures['withinDeviceGBPerSecond'])}`,
    ),
  libraries: (figures) => [
    ...sentence(field(field(figures['cublas'], 'sgemm'), 'gflops'), (rate) => `cuBLAS FP32 ${rate} GFLOPS`),
    ...sentence(field(field(figures['cublas'], 'hgemm'), 'gflops'), (rate) => `cuBLAS FP16 ${rate} GFLOPS`),
    ...(figures['cudnn'] === null ? ['cuDNN: not run, the prefix has none'] : []),
  ],
  training: (figures) =>
    sentence(figures['map50'], (map50) => {
      const own = figures['map50OfDarknet'];
      const beside = typeof own === 'number' ? ` (darknet itself: ${own.toFixed(3)})` : '';
      return `${String(figures['darknet'])} on the ${String(figures['device']).toUpperCase()}: mAP@0.5 ${map50}${beside}, at least ${String(figures['leastMap50'])} asked`;
    }),
  inference: (figures) => [
    ...sentence(
      field(figures['agreement'], 'objects'),
      (objects) =>
        `${objects} objects as in our own calculation (${String(figures['precision']).toUpperCase()}; scores differ by ${String(field(figures['agreement'], 'largestScoreDifference'))} at most)`,
    ),
    ...['speed', 'networkSpeed'].flatMap((name) =>
      sentence(
        field(figures[name], 'framesPerSecond'),
        (rate) =>
          `${String(field(figures[name], 'network'))}: ${rate} frames/s on the ${String(field(figures[name], 'device')).toUpperCase()}`,
      ),
    ),
    ...sentence(field(figures['target'], 'framesPerSecond'), (rate) => {
      const budget = field(figures['target'], 'budget');
      const asked = budget === null ? '' : `, ${String(budget)} asked`;
      return `${String(field(figures['target'], 'network'))} on ${String(field(figures['target'], 'id'))}: about ${rate} frames/s expected${asked}`;
    }),
  ],
};

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Nothing where the figure is not there: the rung ended before. */
function sentence(value: unknown, say: (text: string) => string): string[] {
  return value === undefined || value === null ? [] : [say(String(value))];
}
