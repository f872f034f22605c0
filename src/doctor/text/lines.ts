/** Text from outside, as lines that say where they stand. */
import type { Facts } from '../../machine/facts.ts';
import type { Transcript } from '../../machine/machine.ts';
import { originText, type Origin } from '../../machine/answer.ts';
import {
  earlierBoots as bootsBefore,
  headedBoot,
  isKernelLine,
  isWithin,
  SIGNS_OF_A_BOOT,
  type LineRange,
} from '../../formats/kernel-boots.ts';
import { findLiterals } from './find-literals.ts';
import type { Sifted } from './sieve.ts';

/** What follows on a line after this many characters is not looked at. */
export const MAX_LINE = 4096;

/** How much of one text is looked at, in characters: its end, since a failing program's last words count. */
export const MAX_TEXT = 24 << 20;

export interface LogLine {
  text: string;
  /** "text: line 12", "command: dmesg" */
  from: string;
}

/** Of a million lines a few are ever cited: where the others stand is not written out. */
class NumberedLine implements LogLine {
  readonly text: string;
  readonly number: number;

  constructor(text: string, number: number) {
    this.text = text;
    this.number = number;
  }

  get from(): string {
    return `text: line ${this.number}`;
  }
}

export interface LogText {
  lines: readonly LogLine[];
  /** Where earlier boots than the newest one are: what the kernel said there is of the past. */
  past: readonly LineRange[];
  /** Indices of the lines that hold at least one of the literals (lower case), in order. */
  linesWith(literals: readonly string[]): readonly number[];
}

/** What a line must hold, at least one of it, for a pattern to be tried. */
export const literalsOf = ({ literal }: { literal: string | readonly string[] }): readonly string[] =>
  typeof literal === 'string' ? [literal] : literal;

/** Colours and what else ends in "m" or "K", as the bytes themselves or as logs spell them: "\\e[31m", "\\033[0m", "^[[0m". */
const ESCAPES = /(?:\u001b|\\(?:e|E|033|x1[bB]|u001[bB])|\^\[)\[[0-9;]{0,16}[mK]/g;

/** Splits at any line ending (also the bare CR of progress bars) and cuts each line at MAX_LINE. */
const splitLines = (text: string): string[] => numberedLines(text, 1).map((line) => line.text);

/** The same with the number that an editor shows: what a progress bar has written over itself is one line of it. */
function numberedLines(text: string, first: number): NumberedLine[] {
  const lines: NumberedLine[] = [];
  let number = first;
  for (const line of text.slice(-MAX_TEXT).replace(ESCAPES, '').split('\n')) {
    if (!line.includes('\r')) lines.push(new NumberedLine(line.slice(0, MAX_LINE), number));
    else {
      for (const part of line.replace(/\r$/, '').split('\r'))
        lines.push(new NumberedLine(part.slice(0, MAX_LINE), number));
    }
    number += 1;
  }
  return lines;
}

/** From this length on one pass for all literals costs less than one search for each. */
const LONG = 1 << 20;

/**
 * The whole text is searched for a literal, not each line: most literals are nowhere, and a search that finds nothing skips through
 * a text far faster than half a million lines are gone through.
 *
 * @param expected literals that will be asked for
 */
function logText(lines: readonly LogLine[], expected: () => readonly string[] = () => []): LogText {
  const length = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
  const found = new Map(length < LONG ? [] : findLiterals(lines, expected()));
  let lower: string | undefined;
  const holding = (literal: string): readonly number[] => {
    let known = found.get(literal);
    if (known === undefined) {
      lower ??= lines.map(({ text }) => text.toLowerCase()).join('\n');
      known = search(lower, literal);
      found.set(literal, known);
    }
    return known;
  };
  const linesWith = (literals: readonly string[]): readonly number[] => {
    const each = literals.map(holding).filter((indices) => indices.length > 0);
    if (each.length < 2) return each[0] ?? [];
    return [...new Set(each.flat())].sort((a, b) => a - b);
  };
  const signs = linesWith(SIGNS_OF_A_BOOT);
  const past =
    signs.length === 0
      ? []
      : bootsBefore(
          lines.map(({ text }) => text),
          signs,
        );
  const isPresent = (at: number): boolean => !isWithin(past, at) || !isKernelLine(lines[at]!.text);
  return {
    lines,
    past,
    linesWith: (literals) =>
      past.length === 0 ? linesWith(literals) : linesWith(literals).filter(isPresent),
  };
}

function search(lower: string, literal: string): number[] {
  const indices: number[] = [];
  let line = 0;
  let lineEnd = lower.indexOf('\n');
  for (let at = lower.indexOf(literal); at >= 0; at = lower.indexOf(literal, lineEnd)) {
    while (lineEnd >= 0 && lineEnd < at) {
      line += 1;
      lineEnd = lower.indexOf('\n', lineEnd + 1);
    }
    indices.push(line);
    if (lineEnd < 0) break;
  }
  return indices;
}

/**
 * A log that somebody hands in.
 *
 * @param sifted what was kept of what stands before the text; null: nothing stands there
 * @param expected literals that will be asked for; a long text is gone through once for all of them
 */
export function linesOfLog(
  text: string,
  sifted: Sifted | null = null,
  expected: () => readonly string[] = () => [],
): LogText {
  const lines = sifted === null ? numberedLines(text, 1) : linesAfter(sifted, text);
  return logText(lines, withSigns(expected));
}

function linesAfter({ pieces, lines, rest }: Sifted, text: string): NumberedLine[] {
  const before = pieces.flatMap((piece) => numberedLines(piece.text.replace(/\n$/, ''), piece.line));
  // Not the whole text behind the rest: that would be a copy of all of it.
  const end = text.indexOf('\n') < 0 ? text.length : text.indexOf('\n');
  const first = numberedLines(rest + text.slice(0, end), lines + 1);
  return [...before, ...first, ...numberedLines(text.slice(end + 1), lines + 2)];
}

/** What is looked for in every text besides. */
const withSigns = (expected: () => readonly string[]) => (): string[] => [
  ...new Set([...expected(), ...SIGNS_OF_A_BOOT]),
];

/**
 * The lines of earlier boots alone, as a text of its own: what happened before the machine was restarted. Without the headings that
 * say so: of this text nothing is past.
 */
export const earlierBoots = ({ lines, past }: LogText): LogText =>
  logText(
    past.flatMap(([from, end]) => lines.slice(from, end).filter(({ text }) => headedBoot(text) === null)),
  );

/**
 * What a machine's recorded commands, its kernel log and the build of its module say, and nvidia-smi where it fails.
 *
 * @param expected as of linesOfLog: a recording may hold as much as a log
 */
export function linesOfMachine(facts: Facts, expected: () => readonly string[] = () => []): LogText {
  const { kernelLog, buildLog } = facts.kernelDriver;
  const kept = [kernelLog, buildLog].flatMap((log) =>
    log.state === 'present' ? linesFrom(log.value, log.from) : [],
  );
  const seen = new Set(kept.map((line) => line.text.trim()));
  const recorded = [...facts.transcripts.flatMap(linesOfTranscript), ...complaintsOfSmi(facts)]
    // The kernel log may have come from one of the transcripts.
    .filter((line) => seen.size === 0 || !seen.has(line.text.trim()));
  return logText([...kept, ...recorded, ...linesOfLibrary(facts)], withSigns(expected));
}

/** As of most machines that are looked at live: linesOfMachine has no line of it. */
export const saysNothing = (facts: Facts): boolean =>
  [facts.kernelDriver.kernelLog, facts.kernelDriver.buildLog].every((log) => log.state !== 'present') &&
  facts.transcripts.length === 0 &&
  complaintsOfSmi(facts).length === 0 &&
  linesOfLibrary(facts).length === 0;

/** What the loader says of a libcuda that it does not load (--deep). */
function linesOfLibrary({ compute }: Facts): LogLine[] {
  if (compute?.state !== 'present' || compute.value.outcome !== 'not-loaded') return [];
  return linesFrom([compute.value.why ?? ''], compute.from);
}

/** Why it failed it says in the same words, whether we started it or a person did. */
function complaintsOfSmi({ nvidiaSmi, transcripts }: Facts): LogLine[] {
  const isRecorded = (text: string): boolean =>
    transcripts.some(({ stdout, stderr }) => stdout.includes(text) || stderr.includes(text));
  if (nvidiaSmi.state !== 'present' || nvidiaSmi.value.outcome === 'ok') return [];
  return linesFrom([nvidiaSmi.value.excerpt], nvidiaSmi.from).filter(({ text }) => !isRecorded(text));
}

const linesFrom = (texts: readonly string[], from: Origin): LogLine[] =>
  texts.flatMap(splitLines).map((text) => ({ text, from: originText(from) }));

function linesOfTranscript(transcript: Transcript): { text: string; from: string }[] {
  const from = `command: ${transcript.argv.join(' ')}`;
  return [transcript.stdout, transcript.stderr].flatMap(splitLines).map((text) => ({ text, from }));
}
