/** One question with yes or no, on the terminal. */
import { escapeLine } from '../base/escape.ts';
import { textWidth, wrap } from '../report/wrap.ts';
import { ask, promptTerminal } from './prompt.ts';

/** What the prompt puts before the first line, and behind the last. */
const MARK = '? ';
const ANSWER = ' (y/N) ';
const HANGING = '    ';

/** @param message lines of text from anywhere. @returns false too where the input ends without an answer */
export async function confirm(message: string, signal: AbortSignal): Promise<boolean> {
  const text = questionText(message, textWidth(promptTerminal()));
  return (await ask({ type: 'confirm', message: text, default: false }, signal)) === true;
}

/** Broken at words; the first line without the mark, the last with room for the answer. */
export function questionText(message: string, width: number): string {
  const lines = `${MARK}${message}`.split('\n');
  return lines
    .flatMap((line, at) =>
      wrap(
        escapeLine(line),
        at === lines.length - 1 ? width - ANSWER.length : width,
        /^\s*/.exec(line)![0],
        HANGING,
      ),
    )
    .join('\n')
    .slice(MARK.length);
}
