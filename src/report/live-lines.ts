/** The lines at the bottom of a terminal that are redrawn in place, and the lines that stay above them. */
import { escapeLine } from '../base/escape.ts';
import { displayWidth } from './display-width.ts';
import { liveLine, type Task } from './task-line.ts';
import type { Terminal } from './terminal.ts';

const MOST_LINES = 6;
const REDRAW_MS = 100;

export interface LiveLinesOptions {
  write(text: string): void;
  /** Height of the terminal now. */
  rows(): number;
  terminal: Terminal;
  now(): number;
  /** What runs now, oldest first; read at each drawing. */
  running(): readonly Task[];
  /** A line below all others, already fit for the terminal; null: none. */
  last(): string | null;
}

export class LiveLines {
  readonly #options: LiveLinesOptions;
  #drawn = 0;
  #drawnAt = -Infinity;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: LiveLinesOptions) {
    this.#options = options;
  }

  /** @param above a line that stays, printed above the live ones */
  redraw(above = ''): void {
    this.#stopTimer();
    const lines = this.#lines();
    const text = `${this.#erasure()}${above}${lines.map((line) => `${line}\n`).join('')}`;
    this.#drawn = lines.length;
    this.#drawnAt = this.#options.now();
    if (text !== '') this.#options.write(text);
  }

  /** Now, or when the last drawing is long enough ago. */
  redrawSoon(): void {
    const wait = this.#drawnAt + REDRAW_MS - this.#options.now();
    if (wait <= 0) this.redraw();
    else this.#timer ??= setTimeout(() => this.redraw(), wait).unref();
  }

  close(): void {
    this.#stopTimer();
    if (this.#drawn > 0) this.#options.write(this.#erasure());
    this.#drawn = 0;
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #erasure(): string {
    return this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\r\u001b[J`;
  }

  #lines(): string[] {
    const { terminal, rows, now, running } = this.#options;
    const last = this.#options.last();
    const most = Math.max(1, Math.min(MOST_LINES, rows() - 2) - (last === null ? 0 : 1));
    const tasks = running();
    const shown = tasks.slice(0, most);
    const longest = Math.max(0, ...shown.map((task) => displayWidth(escapeLine(task.title))));
    const titleWidth = Math.min(longest, Math.floor(terminal.columns / 2));
    // One screen line must stay one line: a wrapped one would be counted as one when it is erased.
    const lines = shown.map((task) => liveLine(task, now(), titleWidth, terminal));
    if (tasks.length > most) lines[most - 1] = `  and ${tasks.length - most + 1} more`;
    return last === null ? lines : [...lines, last];
  }
}
