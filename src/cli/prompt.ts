/** What every question on the terminal has in common: where it stands, how it looks, and how it ends unanswered. */
import { style } from '../report/style.ts';
import { detectTerminal, type Terminal } from '../report/terminal.ts';
import { textWidth, wrap } from '../report/wrap.ts';
import { interruption } from './call/failure.ts';

/** One row of a question with several answers. */
export interface Choice<T> {
  name: string;
  value: T;
  /** What stands in the line of the answer once it was given. */
  short: string;
  checked?: boolean;
}

export type Question<T> =
  | { type: 'confirm'; message: string; default: boolean }
  | {
      type: 'select' | 'checkbox';
      message: string;
      choices: readonly Choice<T>[];
      pageSize: number;
      loop: false;
    };

/**
 * @returns the answer; null where the input ended before there was one (Ctrl-D)
 * @throws GpuSetupError `interrupted` after Ctrl-C; the signal's reason
 */
export async function ask<T>(question: Question<T>, signal: AbortSignal): Promise<unknown> {
  const { default: inquirer } = await import('inquirer');
  const ended = endOfInput();
  // On stderr: stdout is for the result.
  const prompt = inquirer.createPromptModule({
    output: process.stderr,
    signal: AbortSignal.any([signal, ended.signal]),
  });
  const look = theme(promptTerminal());
  try {
    // Its types know every kind of question by itself, and none as one of several.
    const { answer } = await prompt([{ name: 'answer', theme: look, ...question } as never]);
    return answer;
  } catch (error) {
    signal.throwIfAborted();
    if (ended.signal.aborted) return null;
    // The prompt reads the terminal in raw mode, so Ctrl-C is a key for it and no signal for us.
    if (error instanceof Error && error.name === 'ExitPromptError') throw interruption('SIGINT');
    throw error;
  } finally {
    ended.stop();
  }
}

/** Of the stream that questions stand on. */
export function promptTerminal(): Terminal {
  return detectTerminal(process.stderr, process.env, false);
}

/** Aborts when nobody can answer any more: a prompt that is not told would never end. */
function endOfInput(): { signal: AbortSignal; stop(): void } {
  const { stdin } = process;
  const controller = new AbortController();
  const end = (): void => controller.abort();
  const key = (_text: string | undefined, pressed: { ctrl?: boolean; name?: string } | undefined): void => {
    if (pressed?.ctrl === true && pressed.name === 'd') end();
  };
  const events = ['end', 'close', 'error'] as const;
  for (const event of events) stdin.on(event, end);
  stdin.on('keypress', key);
  return {
    signal: controller.signal,
    stop: () => {
      for (const event of events) stdin.off(event, end);
      stdin.off('keypress', key);
    },
  };
}

/** Symbols and colours as everywhere else, none of the prompt's own; the line of keys breaks at words. */
function theme(terminal: Terminal): unknown {
  const plain = (text: string): string => text;
  const { bold, red, green, magenta, symbols } = style(terminal);
  const keys = (pairs: readonly (readonly [string, string])[]): string =>
    wrap(
      pairs.map(([key, what]) => `${keyName(key, terminal)} ${what}`).join(', '),
      textWidth(terminal),
    ).join('\n');
  return {
    prefix: { idle: magenta(symbols.unknown), done: green(symbols.ok) },
    ...(terminal.unicode ? {} : { icon: { checked: '[x]', unchecked: '[ ]', cursor: '>' } }),
    style: {
      answer: plain,
      message: bold,
      help: plain,
      highlight: bold,
      description: plain,
      disabled: plain,
      error: (text: string) => red(`> ${text}`),
      defaultAnswer: (text: string) => `(${text})`,
      key: (text: string) => bold(`<${text}>`),
      keysHelpTip: keys,
    },
  };
}

function keyName(key: string, { unicode }: Terminal): string {
  if (unicode) return key;
  return { '↑↓': 'arrows', '⏎': 'enter' }[key] ?? key;
}
