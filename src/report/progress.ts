/**
 * Progress of long work, on stderr: a few lines that are redrawn in place on a terminal, else a line when a step starts or
 * something longer ends, and at most one in between every five seconds. Work of many parts has one line for all of them:
 * parts that end well leave none behind, but for -v.
 */
import { escapeLine } from '../base/escape.ts';
import type { Emit, WorkEvent } from '../base/events.ts';
import { LiveLines } from './live-lines.ts';
import { style } from './style.ts';
import { advance, endedLines, runningLine, startedTask, type Task } from './task-line.ts';
import type { Terminal } from './terminal.ts';
import { textWidth, wrap } from './wrap.ts';
import { advanceWhole, hasPart, plainWholeLine, startedWhole, wholeLine, type Whole } from './whole-line.ts';

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

const PLAIN_MS = 5000;
/** Of one work of many parts, however long it takes, this many lines while its time doubles: a log is not a screen. */
const PLAIN_LINES = 8;
const PLAIN_MOST_MS = 60_000;
/** A transfer that took no longer leaves no line behind. */
const BRIEF_MS = 1000;

export function createProgress(options: ProgressOptions): Progress {
  const { terminal, mode, write, now = Date.now } = options;
  const paint = style(terminal);
  const tasks = new Map<string, Task>();
  /** The work of many parts that is under way; there is one at a time. */
  let whole: { id: string; startedAt: number; work: Whole } | null = null;
  const live =
    mode === 'live'
      ? new LiveLines({
          write,
          rows: options.rows,
          terminal,
          now,
          running: () => [...tasks.values()],
          last: () => (whole === null ? null : wholeLine(whole.work, now(), terminal)),
        })
      : null;
  let saidAt = -Infinity;

  const say = (line: string): void => (live === null ? write(`${line}\n`) : live.redraw(`${line}\n`));

  const notice = ({ level, text }: Extract<WorkEvent, { type: 'notice' }>): void => {
    if (mode === 'warnings' && level !== 'warning') return;
    if (level === 'detail' && terminal.verbose !== true) return;
    const mark = level === 'warning' ? `${paint.magenta('warning:')} ` : '';
    const line = escapeLine(text);
    say(terminal.interactive ? wrap(line, textWidth(terminal), mark, '  ').join('\n') : `${mark}${line}`);
  };

  const start = (event: Extract<WorkEvent, { type: 'start' }>): void => {
    const task = startedTask(event, now());
    tasks.set(event.id, task);
    if (live !== null) live.redrawSoon();
    // Transfers show themselves while they run, and there are dozens of them.
    else if (task.unit !== 'bytes') write(`${escapeLine(task.title)}\n`);
  };

  const progress = (task: Task, id: string, done: number): void => {
    advance(task, done, now());
    if (live !== null) live.redrawSoon();
    else if (whole !== null && whole.work.parts.has(id)) sayWhole(whole.work, whole.startedAt);
    else if (now() - Math.max(saidAt, task.startedAt) >= PLAIN_MS) {
      saidAt = now();
      write(`${runningLine(task, now())}\n`);
    }
  };

  const sayWhole = (work: Whole, startedAt: number): void => {
    const wait = Math.min(PLAIN_MOST_MS, Math.max(PLAIN_MS, (now() - startedAt) / PLAIN_LINES));
    if (now() - Math.max(saidAt, startedAt) < wait) return;
    saidAt = now();
    write(`${plainWholeLine(work, now())}\n`);
  };

  const end = (task: Task, event: Extract<WorkEvent, { type: 'end' }>): void => {
    tasks.delete(event.id);
    const isBrief = task.unit === 'bytes' && now() - task.startedAt < BRIEF_MS;
    const isPart = whole !== null && hasPart(whole.work, event) && terminal.verbose !== true;
    const goesWithoutSaying = event.outcome !== 'failed' && event.note === undefined && (isBrief || isPart);
    if (!goesWithoutSaying) say(endedLines(task, event, now(), terminal).join('\n'));
    else live?.redrawSoon();
  };

  return {
    emit: (event) => {
      if (event.type === 'notice') return notice(event);
      // What an action does while it runs has events of its own.
      if (mode === 'warnings' || event.type === 'action' || event.type === 'span') return;
      if (event.type === 'whole') {
        whole = { id: event.id, startedAt: now(), work: startedWhole(event, now()) };
        return;
      }
      if (whole !== null) advanceWhole(whole.work, event, now());
      if (event.type === 'start') return start(event);
      if (event.id === whole?.id) {
        whole = null;
        return;
      }
      const task = tasks.get(event.id);
      if (task === undefined) return;
      if (event.type === 'progress') progress(task, event.id, event.done);
      else end(task, event);
    },
    close: () => {
      live?.close();
      tasks.clear();
    },
  };
}
