/**
 * Many literals in one pass over a text (Aho and Corasick, "Efficient string matching", 1975): where thousands of patterns hang on
 * hundreds of literals, a search of the whole text for each of them takes seconds.
 */

const NEWLINE = 10;
/** How many code units there are. */
const EVERY = 1 << 16;

/** One state per beginning of a literal. */
interface Automaton {
  /** Column of a code unit in the table of states; 0 for those that are in no literal. */
  column: Uint16Array;
  columns: number;
  /** Next state by state and column. */
  next: Int32Array;
  /** Literals that end in a state, by their index. */
  ending: readonly (readonly number[])[];
}

/**
 * @param text in lower case, as the literals are
 * @param literals without line ends
 * @returns for each literal the indices of the lines that hold it, in order
 */
export function findLiterals(
  text: string,
  literals: readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const { column, columns, next, ending } = automatonOf(literals);
  const lines = literals.map((): number[] => []);
  let state = 0;
  let line = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === NEWLINE) {
      state = 0;
      line += 1;
      continue;
    }
    state = next[state * columns + column[code]!]!;
    for (const index of ending[state]!) {
      const found = lines[index]!;
      if (found.at(-1) !== line) found.push(line);
    }
  }
  return new Map(literals.map((literal, index) => [literal, lines[index]!]));
}

function automatonOf(literals: readonly string[]): Automaton {
  const column = new Uint16Array(EVERY);
  let columns = 1;
  for (const literal of literals) {
    for (let at = 0; at < literal.length; at++) {
      const code = literal.charCodeAt(at);
      if (code === NEWLINE) throw new TypeError(`a literal is on one line: ${literal}`);
      if (column[code] === 0) column[code] = columns++;
    }
  }
  const most = 1 + literals.reduce((sum, { length }) => sum + length, 0);
  const next = new Int32Array(most * columns);
  const ending: number[][] = [[]];
  for (const [index, literal] of literals.entries()) {
    let state = 0;
    for (let at = 0; at < literal.length; at++) {
      const slot = state * columns + column[literal.charCodeAt(at)]!;
      if (next[slot] === 0) next[slot] = ending.push([]) - 1;
      state = next[slot]!;
    }
    ending[state]!.push(index);
  }
  connect(next, columns, ending);
  return { column, columns, next, ending };
}

/** Where a state has no way on, it goes where the longest end of it that begins a literal goes; breadth first. */
function connect(next: Int32Array, columns: number, ending: number[][]): void {
  const fallback = new Int32Array(ending.length);
  const queue: number[] = [];
  for (let at = 1; at < columns; at++) if (next[at] !== 0) queue.push(next[at]!);
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head]!;
    const other = fallback[state]!;
    ending[state]!.push(...ending[other]!);
    for (let at = 1; at < columns; at++) {
      const slot = state * columns + at;
      const beyond = next[other * columns + at]!;
      if (next[slot] === 0) next[slot] = beyond;
      else {
        fallback[next[slot]!] = beyond;
        queue.push(next[slot]!);
      }
    }
  }
}
