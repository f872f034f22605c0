/** Many literals in one pass over the lines of a text, which is not copied for it. */
import { automatonOf } from './automaton.ts';

const NEWLINE = '\n';
/** How many code units there are. */
const EVERY = 1 << 16;

/**
 * @param lines of any case
 * @param literals in lower case, without line ends
 * @returns for each literal the indices of the lines that hold it, in order
 */
export function findLiterals(
  lines: readonly { text: string }[],
  literals: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const { column, columns, next, ending } = automatonOf(literals.map(codeUnits), EVERY);
  foldCase(column, literals);
  const found = literals.map((): number[] => []);
  for (const [line, { text }] of lines.entries()) {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      state = next[state + column[text.charCodeAt(at)]!]!;
      if (state >= 0) continue;
      state = ~state;
      for (const index of ending[state / columns]!) {
        const indices = found[index]!;
        if (indices.at(-1) !== line) indices.push(line);
      }
    }
  }
  return new Map(literals.map((literal, index) => [literal, found[index]!]));
}

function codeUnits(literal: string): Uint16Array {
  if (literal.includes(NEWLINE)) throw new TypeError(`a literal is on one line: ${literal}`);
  return Uint16Array.from(literal, (_, at) => literal.charCodeAt(at));
}

/** Letters that become one of a literal in lower case count as it. */
function foldCase(column: Uint16Array, literals: readonly string[]): void {
  for (const letter of new Set(literals.join(''))) {
    const upper = letter.toUpperCase();
    if (upper.length === 1 && upper !== letter && upper.toLowerCase() === letter)
      column[upper.charCodeAt(0)] = column[letter.charCodeAt(0)]!;
  }
}
