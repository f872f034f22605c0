/**
 * What stands before the end of a long log, as it passes: of hundreds of megabytes those lines are kept that hold a word which somebody
 * looks for, with their neighbours. A word that stands on every line is no sign of anything: of each the first lines count.
 */
import { automatonOf, type Automaton } from './automaton.ts';

/** What belongs together stands up to forty lines apart (NEAR in ../witness/witness-of.ts): what is kept of two places is never nearer. */
const BEFORE = 18;
const AFTER = 24;
/** Lines that one word may keep. */
const MOST_OF_ONE = 40;
/** In bytes, of all that is kept. */
const MOST_KEPT = 12 << 20;
/** No more of a line is looked at by its readers, and some lines have no end. */
const LONGEST_LINE = 64 << 10;
/** What is looked at in one go. */
const BLOCK = 256 << 10;
const NEWLINE = 10;

/** What was kept of the beginning of a log. */
export interface Sifted {
  /** How much went through. */
  bytes: number;
  /** Lines that ended in it. */
  lines: number;
  /** In order; `line` is the number of the first one, from 1. */
  pieces: readonly { line: number; text: string }[];
  /** The begin of the line that was not ended. */
  rest: string;
  /** False where more was worth keeping than was kept. */
  whole: boolean;
}

/** Lines of a block, from one offset up to another. */
interface Range {
  from: number;
  to: number;
  /** Number of the first, from 0. */
  line: number;
}

export class Sieve {
  readonly #words: Automaton;
  readonly #counts: Uint8Array;
  readonly #pieces: { line: number; text: string }[] = [];
  /** Begins with lines before the one that is not ended, and what came of it; what comes next is put behind it. */
  #room = Buffer.allocUnsafe(2 * BLOCK);
  #tail = 0;
  /** In the tail: where the line that is not ended begins, and where what was not yet kept does. */
  #begin = 0;
  #unkept = 0;
  #state = 0;
  #isHit = false;
  /** Lines that a hit further up asks for. */
  #owed = 0;
  #lines = 0;
  #bytes = 0;
  #kept = 0;
  #whole = true;

  /** @param words in lower case, as lines are compared; A to Z count as a to z */
  constructor(words: readonly string[]) {
    this.#words = automatonOf(
      words.map((word) => Buffer.from(word)),
      256,
    );
    const { column } = this.#words;
    for (let upper = 0x41; upper <= 0x5a; upper++) column[upper] = column[upper + 0x20]!;
    this.#counts = new Uint8Array(words.length);
  }

  /** @param bytes what comes next */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += BLOCK) this.#take(bytes.subarray(at, at + BLOCK));
  }

  #take(bytes: Uint8Array): void {
    const length = this.#tail + bytes.length;
    if (length > this.#room.length)
      this.#room = Buffer.concat([this.#room.subarray(0, this.#tail)], 2 * length);
    this.#room.set(bytes, this.#tail);
    const block = this.#room.subarray(0, length);
    const firstLine = this.#lines;
    const hits = this.#hitsIn(block, this.#tail);
    const end = block.lastIndexOf(NEWLINE) + 1;
    this.#bytes += bytes.length;
    if (end > this.#begin) this.#keep(block, end, hits, firstLine);
    const start = linesBack(block, end, BEFORE).at;
    // What is longer than anybody looks at is forgotten as it comes.
    const stop = Math.min(length, end + LONGEST_LINE);
    this.#room.copyWithin(0, start, stop);
    this.#tail = stop - start;
    this.#begin = end - start;
    this.#unkept = Math.max(0, this.#unkept - start);
  }

  end(): Sifted {
    return {
      bytes: this.#bytes,
      lines: this.#lines,
      pieces: this.#pieces,
      rest: this.#room.toString('utf8', this.#begin, this.#tail),
      whole: this.#whole,
    };
  }

  /** Where the lines begin, among those that end in this block, that hold a word which has not been met too often. */
  #hitsIn(block: Buffer, from: number): { at: number; line: number }[] {
    const { column, columns, next, ending } = this.#words;
    const hits: { at: number; line: number }[] = [];
    let begin = this.#begin;
    let line = this.#lines;
    let state = this.#state;
    let isHit = this.#isHit;
    for (let at = from; at < block.length; at++) {
      const byte = block[at]!;
      if (byte === NEWLINE) {
        if (isHit) hits.push({ at: begin, line });
        begin = at + 1;
        line += 1;
        state = 0;
        isHit = false;
        continue;
      }
      state = next[state + column[byte]!]!;
      if (state >= 0) continue;
      state = ~state;
      if (this.#isRare(ending[state / columns]!)) isHit = true;
    }
    this.#lines = line;
    this.#state = state;
    this.#isHit = isHit;
    return hits;
  }

  #isRare(words: readonly number[]): boolean {
    let isRare = false;
    for (const word of words) {
      if (this.#counts[word]! >= MOST_OF_ONE) continue;
      this.#counts[word]! += 1;
      isRare = true;
    }
    return isRare;
  }

  /** @param end of the last line that is ended */
  #keep(block: Buffer, end: number, hits: readonly { at: number; line: number }[], firstLine: number): void {
    const ranges: Range[] = [];
    let owed = 0;
    const take = (from: number, line: number, lines: number): void => {
      const last = ranges.at(-1);
      const forward = linesForward(block, from, lines, end);
      owed = lines - forward.lines;
      if (last !== undefined && from <= last.to) last.to = Math.max(last.to, forward.at);
      else ranges.push({ from, to: forward.at, line });
    };
    if (this.#owed > 0) take(this.#begin, firstLine, this.#owed);
    for (const { at, line } of hits) {
      const back = linesBack(block, at, BEFORE);
      const from = Math.max(back.at, this.#unkept);
      const before = from === back.at ? back.lines : countLines(block, from, at);
      take(from, line - before, before + 1 + AFTER);
    }
    this.#owed = owed;
    for (const { from, to, line } of ranges) {
      if ((this.#kept += to - from) > MOST_KEPT) this.#whole = false;
      if (!this.#whole) return;
      this.#pieces.push({ line: line + 1, text: block.toString('utf8', from, to) });
      this.#unkept = to;
    }
  }
}

/** Back from the begin of a line over so many lines, as far as there are any. */
function linesBack(block: Buffer, from: number, most: number): { at: number; lines: number } {
  let at = from;
  let lines = 0;
  for (; lines < most && at > 0; lines++) at = at === 1 ? 0 : block.lastIndexOf(NEWLINE, at - 2) + 1;
  return { at, lines };
}

/** Forward from the begin of a line over so many lines, to the end of those that are there. */
function linesForward(block: Buffer, from: number, most: number, end: number): { at: number; lines: number } {
  let at = from;
  let lines = 0;
  for (; lines < most && at < end; lines++) at = block.indexOf(NEWLINE, at) + 1;
  return { at, lines };
}

function countLines(block: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = block.indexOf(NEWLINE, from); at >= 0 && at < to; at = block.indexOf(NEWLINE, at + 1))
    lines += 1;
  return lines;
}
