/** One question with yes or no, on the terminal. */
import { escapeLine } from '../base/escape.ts';
import { displayWidth } from '../report/display-width.ts';
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
    .flatMap((line, at) => broken(escapeLine(line), at === lines.length - 1 ? width - ANSWER.length : width))
    .join('\n')
    .slice(MARK.length);
}

/** What a line begins with: its indent, and a label that two spaces part from the rest ("  file    /srv/x"). */
const BEGINNING = /^\s*(?:\S+ {2,})?/;

function broken(line: string, width: number): string[] {
  const beginning = BEGINNING.exec(line)![0];
  const text = line.slice(beginning.length);
  const lines = wrap(text, width, beginning, HANGING);
  return displayWidth(lines[0]!) <= width ? lines : [beginning.trimEnd(), ...wrap(text, width, HANGING)];
}
