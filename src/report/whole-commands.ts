/** Text taken apart for wrapping. A command that is to be copied is one piece, spaces and all, and so is a number with its unit. */

import { asCalled } from './as-called.ts';

/** A whole line that a shell must get as it stands. */
const SHELL_LINE = /^sudo |^eval |^export |\s(?:\||&&|\|\||2>&1|>>?)\s/;
const UNIT = /^(?:[kMGT]?i?B|s|min|h|%)[,;:.)]*$/;
/** An argument of a command, told from the words of a sentence: an option, a NAME, or what holds a digit or one of /@=:"'. */
const ARGUMENT = /^(?:--|--?[a-z].*|<?[A-Z][A-Z_]+[>.]*|\.{3}|.*[\d/@=:"'].*)$/;

/** Pieces between which a line may be broken. */
export function pieces(text: string): string[] {
  const line = text.trim();
  if (SHELL_LINE.test(line)) return [asCalled(line)];
  const words = line.split(/\s+/).filter((word) => word !== '');
  const found: string[] = [];
  for (let at = 0; at < words.length;) {
    const end = isProgram(words[at]!) ? commandEnd(words, at) : at + (isAmount(words, at) ? 2 : 1);
    found.push(asCalled(words.slice(at, end).join(' ')));
    at = end;
  }
  return found;
}

/** "2.4 GB", "37 s,": the number and what it counts. */
function isAmount(words: readonly string[], at: number): boolean {
  return UNIT.test(words[at + 1] ?? '') && /^\(?\d[\d.]*$/.test(words[at]!);
}

function isProgram(word: string): boolean {
  return word.includes('gpu-setup') && /^["'`(]*(?:\S*\/)?gpu-setup(?:-linux-[a-z0-9]+)?'?$/.test(word);
}

/**
 * Behind `gpu-setup` come its subcommand and arguments, and behind `--` a program with its own. A name looks like any word of
 * a sentence: one is taken behind the subcommand and behind each option, since a word too many does no harm.
 */
function commandEnd(words: readonly string[], at: number): number {
  let end = at + 1;
  const belongs = (): boolean =>
    end <= at + 2 || words[end - 1]!.startsWith('-') || ARGUMENT.test(words[end]!);
  while (end < words.length && !isSentenceEnd(words[end - 1]!) && belongs()) end++;
  return end;
}

function isSentenceEnd(word: string): boolean {
  return ',;:.)?'.includes(word.at(-1)!) && !word.endsWith('...');
}
