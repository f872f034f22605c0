/**
 * Progress of long work, on stderr: a few lines that are redrawn in place on a terminal, else a line when a step starts or
 * something longer ends, and at most one in between every five seconds.
 */
import { escapeLine } from '../base/escape.ts';
import type { Emit, WorkEvent } from '../base/events.ts';
import { style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { bytesText, secondsText } from './units.ts';

/** `warnings`: nothing but notices of level warning. */
export type ProgressMode = 'live' | 'plain' | 'warnings';

export interface ProgressOptions {
  write(text: string): void;
  /** Height of the terminal now. */
  rows(): number;
  terminal: Terminal;
  mode: ProgressMode;
  /** Milliseconds; the clock of the machine unless a test brings its own. */
  now?: () => number;
}

export interface Progress {
  emit: Emit;
  /** Takes the live lines away; called before the result is printed. */
  close(): void;
}

interface Task {
  title: string;
  total: number | null;
  unit: 'bytes' | 'files' | 'steps';
  done: number;
  startedAt: number;
  /** [time, done] of the last seconds, oldest first: the rate is what came in between. */
  samples: [number, number][];
}

const MOST_LIVE_LINES = 6;
const REDRAW_MS = 100;
const PLAIN_MS = 5000;
/** A transfer that took no longer leaves no line behind. */
const BRIEF_MS = 1000;
const RATE_MS = 3000;

export function createProgress(options: ProgressOptions): Progress {
  const { terminal, mode, write } = options;
  const now = options.now ?? Date.now;
  const paint = style(terminal);
  const tasks = new Map<string, Task>();
  let drawn = 0;
  let drawnAt = -Infinity;
  let timer: NodeJS.Timeout | null = null;

  const erase = (): string => (drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[J`);

  const liveLines = (): string[] => {
    const most = Math.max(1, Math.min(MOST_LIVE_LINES, options.rows() - 2));
    const running = [...tasks.values()];
    const shown = running.slice(0, most);
    const longest = Math.max(0, ...shown.map((task) => escapeLine(task.title).length));
    const titleWidth = Math.min(longest, Math.floor(terminal.columns / 2));
    const lines = shown.map((task) => clip(describe(task, now(), titleWidth), terminal));
    if (running.length > most) lines[most - 1] = `  and ${running.length - most + 1} more`;
    return lines;
  };

  /** Prints a line that stays, above the live ones. */
  const redraw = (above = ''): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const lines = liveLines();
    const text = `${erase()}${above}${lines.map((line) => `${line}\n`).join('')}`;
    drawn = lines.length;
    drawnAt = now();
    if (text !== '') write(text);
  };

  const redrawSoon = (): void => {
    const wait = drawnAt + REDRAW_MS - now();
    if (wait <= 0) redraw();
    else timer ??= setTimeout(() => redraw(), wait).unref();
  };

  const say = (line: string): void => {
    if (mode === 'live') redraw(`${line}\n`);
    else write(`${line}\n`);
  };

  const ended = (task: Task, event: Extract<WorkEvent, { type: 'end' }>): string => {
    const seconds = secondsText((now() - task.startedAt) / 1000);
    const amount = task.unit === 'bytes' && task.done > 0 ? `${bytesText(task.done)}, ` : '';
    const note = event.note === undefined ? '' : `: ${escapeLine(event.note)}`;
    const title = escapeLine(task.title);
    if (event.outcome === 'failed') return `${paint.red(paint.symbols.error)} ${title}: failed${note}`;
    if (event.outcome === 'skipped') return `${paint.yellow(paint.symbols.unknown)} ${title}: not run${note}`;
    if (event.outcome === 'reused') return `${paint.green(paint.symbols.ok)} ${title}: already there${note}`;
    return `${paint.green(paint.symbols.ok)} ${title}: done (${amount}${seconds})${note}`;
  };

  const emit: Emit = (event) => {
    if (event.type === 'notice') {
      if (mode === 'warnings' && event.level !== 'warning') return;
      const text = escapeLine(event.text);
      say(event.level === 'warning' ? `${paint.yellow('warning:')} ${text}` : text);
      return;
    }
    // What an action does while it runs has events of its own.
    if (mode === 'warnings' || event.type === 'action') return;
    if (event.type === 'start') {
      const { title, total = null, unit = 'steps' } = event;
      const startedAt = now();
      tasks.set(event.id, { title, total, unit, done: 0, startedAt, samples: [[startedAt, 0]] });
      if (mode === 'live') redrawSoon();
      // Transfers show themselves while they run, and there are dozens of them.
      else if (unit !== 'bytes') write(`${escapeLine(title)}\n`);
      return;
    }
    const task = tasks.get(event.id);
    if (task === undefined) return;
    if (event.type === 'progress') {
      record(task, event.done, now());
      if (mode === 'live') redrawSoon();
      else if (now() - Math.max(drawnAt, task.startedAt) >= PLAIN_MS) {
        drawnAt = now();
        write(`${describe(task, now(), 0)}\n`);
      }
      return;
    }
    tasks.delete(event.id);
    const isBrief = task.unit === 'bytes' && now() - task.startedAt < BRIEF_MS;
    if (event.outcome !== 'failed' && event.note === undefined && isBrief) {
      if (mode === 'live') redrawSoon();
      return;
    }
    say(ended(task, event));
  };

  return {
    emit,
    close: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (drawn > 0) write(erase());
      drawn = 0;
      tasks.clear();
    },
  };
}

function record(task: Task, done: number, at: number): void {
  task.done = done;
  task.samples.push([at, done]);
  while (task.samples.length > 2 && task.samples[1]![0] < at - RATE_MS) task.samples.shift();
}

/** "  cuda-cublas-9-0  45 %  120.4 of 267.1 MB  12.3 MB/s" */
function describe(task: Task, at: number, titleWidth: number): string {
  const parts = [`  ${escapeLine(task.title).padEnd(titleWidth)}`];
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
  return parts.join('  ').trimEnd();
}

/** One screen line must stay one line: a wrapped one would be counted as one when it is erased. */
function clip(line: string, terminal: Terminal): string {
  const most = terminal.columns - 1;
  const rest = terminal.unicode ? '…' : '...';
  return line.length <= most ? line : `${line.slice(0, most - rest.length)}${rest}`;
}
