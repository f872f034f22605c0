/** A piece of running work as a line of text: what it is called, how far it is, how fast it goes, how it ended. */
import { escapeLine } from '../base/escape.ts';
import type { WorkEvent, WorkUnit } from '../base/events.ts';
import { displayWidth, padToWidth } from './display-width.ts';
import { style, type Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { bytesText, secondsText } from './units.ts';
import { cut, textWidth, wrap } from './wrap.ts';

export interface Task {
  title: string;
  total: number | null;
  unit: WorkUnit;
  done: number;
  startedAt: number;
  /** [time, done] of the last seconds, oldest first: the rate is what came in between. */
  samples: [number, number][];
}

const RATE_MS = 3000;

/** @param at milliseconds, on the clock that every call for this task uses */
export function startedTask(event: Extract<WorkEvent, { type: 'start' }>, at: number): Task {
  const { title, total = null, unit = 'steps' } = event;
  return { title, total, unit, done: 0, startedAt: at, samples: [[at, 0]] };
}

export function advance(task: Task, done: number, at: number): void {
  task.done = done;
  task.samples.push([at, done]);
  while (task.samples.length > 2 && task.samples[1]![0] < at - RATE_MS) task.samples.shift();
}

/** "  cuda-cublas-9-0  45 %  120.4 of 267.1 MB  12.3 MB/s" */
export function runningLine(task: Task, at: number): string {
  return [`  ${escapeLine(task.title)}`, ...figures(task, at)].join('  ');
}

/**
 * The same for a line of a terminal that must stay one, the figures of several in one column; what does not fit is left
 * out, the least important first.
 */
export function liveLine(task: Task, at: number, titleWidth: number, terminal: Terminal): string {
  const most = terminal.columns - 1;
  const rest = style(terminal).symbols.rest;
  let line = cut(`  ${padToWidth(escapeLine(task.title), titleWidth)}`, most - ROOM_FOR_SHARE, rest);
  for (const figure of figures(task, at)) {
    if (displayWidth(line) + 2 + displayWidth(figure) > most) break;
    line += `  ${figure}`;
  }
  return line.trimEnd();
}

/** Of "  45 %" behind the title. */
const ROOM_FOR_SHARE = 7;

function figures(task: Task, at: number): string[] {
  const parts: string[] = [];
  if (task.total !== null && task.total > 0) {
    parts.push(`${Math.min(100, Math.floor((100 * task.done) / task.total))} %`.padStart(5));
  }
  if (task.unit === 'bytes') {
    const total = task.total === null ? '' : ` of ${bytesText(task.total)}`;
    parts.push(`${bytesText(task.done)}${total}`);
    const [since, then] = task.samples[0]!;
    if (at - since >= 500)
      parts.push(`${bytesText(Math.round(((task.done - then) / (at - since)) * 1000))}/s`);
  } else if (task.total !== null) {
    parts.push(`${task.done} of ${task.total} ${task.unit}`);
  }
  return parts;
}

/** "cuda-cublas-9-0: done (267.1 MB, 21.7 s)", behind the mark of its outcome; on a terminal broken at words. */
export function endedLines(
  task: Task,
  event: Extract<WorkEvent, { type: 'end' }>,
  at: number,
  terminal: Terminal,
): string[] {
  const paint = style(terminal);
  const [mark, text] = ended(task, event, at, paint);
  return terminal.interactive ? wrap(text, textWidth(terminal), `${mark} `, '  ') : [`${mark} ${text}`];
}

function ended(
  task: Task,
  event: Extract<WorkEvent, { type: 'end' }>,
  at: number,
  paint: Style,
): [mark: string, text: string] {
  const seconds = secondsText((at - task.startedAt) / 1000);
  const amount = task.unit === 'bytes' && task.done > 0 ? `${bytesText(task.done)}, ` : '';
  const note = event.note === undefined ? '' : `: ${escapeLine(event.note)}`;
  const title = escapeLine(task.title);
  const { error, unknown, ok } = paint.symbols;
  if (event.outcome === 'failed') return [paint.red(error), `${title}: failed${note}`];
  if (event.outcome === 'skipped') return [paint.magenta(unknown), `${title}: not run${note}`];
  if (event.outcome === 'reused') return [paint.green(ok), `${title}: already there${note}`];
  return [paint.green(ok), `${title}: done (${amount}${seconds})${note}`];
}
