/** One question with yes or no, on the terminal. */
import { escapeLine } from '../base/escape.ts';
import { textWidth, wrap } from '../report/wrap.ts';
import { ask, promptTerminal } from './prompt.ts';

/** Columns that the prompt itself takes: "? " before the first line, " (y/N) " behind the last. */
const MARK_AND_ANSWER = 9;
const HANGING = '    ';

/** @param message lines of text from anywhere. @returns false too where the input ends without an answer */
export async function confirm(message: string, signal: AbortSignal): Promise<boolean> {
  const width = textWidth(promptTerminal()) - MARK_AND_ANSWER;
  const text = message
    .split('\n')
    .flatMap((line) => wrap(escapeLine(line), width, /^\s*/.exec(line)![0], HANGING))
    .join('\n');
  return (await ask({ type: 'confirm', message: text, default: false }, signal)) === true;
}
