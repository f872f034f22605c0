/** A program on a terminal, as a person sits before it: util-linux's `script` makes the terminal. */
import { spawn } from 'node:child_process';
import { shellLine } from '../../src/base/processes/shell-line.ts';

export interface Sitting {
  /** Of the program; what a shell makes of a signal. */
  code: number | null;
  /** What the terminal got, without escape sequences. */
  screen: string;
  /** Parameters of its escape sequences for colours and weights, each once. */
  paints: readonly number[];
}

export interface SittingOptions {
  env: Readonly<Record<string, string>>;
  cwd: string;
  columns?: number;
  /** One after the other: typed once the screen shows it since the last one. */
  answers?: readonly (readonly [shows: string, keys: string])[];
}

export const KEYS = { enter: '\r', space: ' ', down: '\u001b[B', ctrlC: '\u0003', ctrlD: '\u0004' };

const LIMIT_MS = 60_000;

export function atTerminal(argv: readonly string[], options: SittingOptions): Promise<Sitting> {
  const { env, cwd, columns = 80 } = options;
  const line = `stty cols ${columns} rows 24; exec ${shellLine(argv)}`;
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'], TERM: 'xterm', LC_ALL: 'C.UTF-8', SHELL: '/bin/sh', ...env },
    timeout: LIMIT_MS,
  });
  const waiting = [...(options.answers ?? [])];
  let [screen, unread] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    unread = withoutEscapes(unread + text);
    const next = waiting[0];
    if (next === undefined || !unread.includes(next[0])) return;
    waiting.shift();
    unread = '';
    // Keys that come before a prompt is drawn are thrown away by it.
    setTimeout(() => child.stdin.write(next[1]), 100);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, screen: withoutEscapes(screen), paints: paintsOf(screen) }));
  });
}

function paintsOf(text: string): number[] {
  const all = [...text.matchAll(/\u001b\[([\d;]*)m/g)].flatMap(([, list]) => list!.split(';').map(Number));
  return [...new Set(all)];
}

function withoutEscapes(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r\n/g, '\n');
}
