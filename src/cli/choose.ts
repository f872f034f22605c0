/** Questions with several answers, on the terminal. */
import { escapeLine } from '../base/escape.ts';
import { GpuSetupError } from '../base/errors.ts';
import { style } from '../report/style.ts';
import { cut, textWidth, wrap } from '../report/wrap.ts';
import { ask, promptTerminal, type Choice } from './prompt.ts';

export type { Choice };

/** Columns before the name of a choice: cursor and box. */
const MARKS = 6;
/** Of the question itself and the line of keys. */
const OTHER_ROWS = 6;

/** @throws GpuSetupError `not-answered`: the input ended without an answer */
export async function chooseOne<T>(
  message: string,
  choices: readonly Choice<T>[],
  signal: AbortSignal,
): Promise<T> {
  return (await answered('select', message, choices, signal)) as T;
}

/** @throws GpuSetupError `not-answered`: the input ended without an answer */
export async function chooseSome<T>(
  message: string,
  choices: readonly Choice<T>[],
  signal: AbortSignal,
): Promise<readonly T[]> {
  return (await answered('checkbox', message, choices, signal)) as readonly T[];
}

async function answered<T>(
  type: 'select' | 'checkbox',
  message: string,
  choices: readonly Choice<T>[],
  signal: AbortSignal,
): Promise<unknown> {
  const terminal = promptTerminal();
  const { rest } = style(terminal).symbols;
  const width = terminal.columns - MARKS;
  const answer = await ask<T>(
    {
      type,
      message: wrap(escapeLine(message), textWidth(terminal) - 2, '', '  ').join('\n'),
      choices: choices.map((one) => ({
        ...one,
        name: cut(escapeLine(one.name), width, rest),
        short: escapeLine(one.short),
      })),
      pageSize: Math.max(3, (process.stderr.rows ?? 24) - OTHER_ROWS),
      loop: false,
    },
    signal,
  );
  if (answer !== null) return answer;
  throw new GpuSetupError('not-answered', 'the question was not answered: the input ended');
}
