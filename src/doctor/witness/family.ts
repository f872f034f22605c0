/**
 * A family of text: what one kind of program (a loader, a compiler, a package manager) can say. A file in families/ states its
 * grammar as sentences; each yields what the line testifies.
 *
 * Text is hostile: a sentence is tried only on lines that hold its literal, its pattern has at most one unbounded quantifier, and
 * lines are cut before (text/lines.ts). test/doctor/hostile-text.test.ts times every pattern.
 */
import { literalsOf, type LogText } from '../text/lines.ts';
import type { TestimonyKind } from './testimony.ts';

export interface Sentence {
  /** Lower-case literal, or several of which a line holds at least one where the pattern matches. */
  literal: string | readonly string[];
  /** At most one unbounded quantifier. Only its first match in a line is taken. */
  pattern: RegExp;
  /**
   * Null: after all, the line says nothing.
   * @param before the lines above, nearest first, for what is said over several lines
   */
  says(match: RegExpExecArray, before: readonly string[]): TestimonyKind | readonly TestimonyKind[] | null;
}

export interface Family {
  /** As a person would call it: "dynamic loader". */
  name: string;
  sentences: readonly Sentence[];
  /** Where what is said spans many lines. */
  passages?: Passages;
}

/** An account of many lines, read whole from a line that begins one. */
export interface Passages {
  literal: readonly string[];
  /** A line with which one may begin. */
  pattern: RegExp;
  /** A line with which one always begins: one that was open ends before it. */
  begins: RegExp;
  says(lines: readonly string[]): readonly TestimonyKind[];
}

/** Most lines of one passage, and most passages of a text: the first ones and the last. */
const LONGEST_PASSAGE = 4000;
const MOST_PASSAGES = 20;

/**
 * @param sentences all of them that fit a line speak
 * @param others what else belongs to the family: a line that one of these fits and no sentence understands is shown as such
 */
export function familyOf(
  name: string,
  sentences: readonly Sentence[],
  others: readonly Pick<Sentence, 'literal' | 'pattern'>[] = [],
): Family {
  const unread: TestimonyKind = { kind: 'not-understood', family: name };
  return {
    name,
    sentences: [...sentences, ...others.map((one): Sentence => ({ ...one, says: () => unread }))],
  };
}

/** Of a literal that half the lines hold ("gpu ") not every line is looked at: the first ones, and the last, which count most. */
const MOST_FIRST = 10_000;
const MOST_LAST = 50_000;

/** How many lines a message may have before the one that names what happened. */
const LINES_OF_A_MESSAGE = 3;

/** What the lines say, by their index, each thing once per line. */
export function readBy(
  { sentences, passages }: Family,
  text: LogText,
): ReadonlyMap<number, readonly TestimonyKind[]> {
  const heard = new Map<number, TestimonyKind[]>();
  for (const { literal, pattern, says } of sentences) {
    for (const at of bounded(text.linesWith(literalsOf({ literal })))) {
      const match = pattern.exec(text.lines[at]!.text);
      const said = match === null ? null : says(match, linesBefore(text, at));
      if (said === null) continue;
      heard.set(at, [...(heard.get(at) ?? []), ...('kind' in said ? [said] : said)]);
    }
  }
  for (const [at, all] of passages === undefined ? [] : read(passages, text)) {
    heard.set(at, [...(heard.get(at) ?? []), ...all]);
  }
  for (const [at, all] of heard) heard.set(at, settled(all));
  return heard;
}

function linesBefore({ lines }: LogText, at: number): string[] {
  return lines
    .slice(Math.max(0, at - LINES_OF_A_MESSAGE), at)
    .map(({ text }) => text)
    .reverse();
}

function* read(
  { literal, pattern, begins, says }: Passages,
  { lines, linesWith }: LogText,
): Generator<[number, readonly TestimonyKind[]]> {
  const starts = bounded(linesWith(literal)).filter((at) => pattern.test(lines[at]!.text));
  const fresh = starts.filter((at) => begins.test(lines[at]!.text));
  const passages: [from: number, to: number][] = [];
  for (const at of starts) {
    if (at < (passages.at(-1)?.[1] ?? 0)) continue;
    const next = fresh.find((other) => other > at) ?? lines.length;
    passages.push([at, Math.min(next, at + LONGEST_PASSAGE)]);
  }
  const most = passages.length > 2 * MOST_PASSAGES;
  const chosen = most ? [...passages.slice(0, MOST_PASSAGES), ...passages.slice(-MOST_PASSAGES)] : passages;
  for (const [from, to] of chosen) yield [from, says(lines.slice(from, to).map(({ text }) => text))];
}

function bounded(indices: readonly number[]): readonly number[] {
  return indices.length <= MOST_FIRST + MOST_LAST
    ? indices
    : [...indices.slice(0, MOST_FIRST), ...indices.slice(-MOST_LAST)];
}

/** What a line only names besides: that it is Fedora's does not tell what happened. */
const BESIDES: readonly TestimonyKind['kind'][] = [
  'distribution',
  'kernel',
  'container',
  'nix',
  'jetson',
  'python',
  'framework',
  'gpu',
  'version',
  'command',
];

/** Whether a line of which this is said was understood. */
export const tellsWhatHappened = ({ kind }: TestimonyKind): boolean =>
  kind !== 'not-understood' && !BESIDES.includes(kind);

function settled(all: readonly TestimonyKind[]): TestimonyKind[] {
  const heard = all.some(tellsWhatHappened) ? all.filter(({ kind }) => kind !== 'not-understood') : all;
  if (heard.length < 2) return [...heard];
  return [...new Map(heard.map((one) => [JSON.stringify(one), one])).values()];
}
