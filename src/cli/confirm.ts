/** One question with yes or no, on the terminal. */
import { escapeLine } from '../base/escape.ts';
import { detectTerminal } from '../report/terminal.ts';
import { textWidth, wrap } from '../report/wrap.ts';
import { interruption } from './call/failure.ts';

/** Columns that the prompt itself takes: "? " before the first line, " (y/N) " behind the last. */
const MARK_AND_ANSWER = 9;
const HANGING = '    ';

/** @param message lines of text from anywhere */
export async function confirm(message: string, signal: AbortSignal): Promise<boolean> {
  const { default: inquirer } = await import('inquirer');
  // On stderr: stdout is for the result.
  const prompt = inquirer.createPromptModule({ output: process.stderr, signal });
  const width = textWidth(detectTerminal(process.stderr, process.env, false)) - MARK_AND_ANSWER;
  const text = message
    .split('\n')
    .flatMap((line) => wrap(escapeLine(line), width, /^\s*/.exec(line)![0], HANGING))
    .join('\n');
  try {
    const answer = await prompt([{ type: 'confirm', name: 'accepted', message: text, default: false }]);
    return answer.accepted === true;
  } catch (error) {
    signal.throwIfAborted();
    // The prompt reads the terminal in raw mode, so Ctrl-C is a key for it and no signal for us.
    if (error instanceof Error && error.name === 'ExitPromptError') throw interruption('SIGINT');
    throw error;
  }
}
