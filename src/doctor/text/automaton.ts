/**
 * Many words in one pass over a text (Aho and Corasick, "Efficient string matching", 1975): where thousands of patterns hang on
 * hundreds of words, a search of the whole text for each of them takes seconds.
 */

/** One state per beginning of a word. */
export interface Automaton {
  /** Column of a symbol in the table of states; 0 for those that are in no word. */
  column: Uint16Array;
  columns: number;
  /** Row of the next state by the row of a state plus the column of a symbol; its complement where a word ends there. */
  next: Int32Array;
  /** Words that end in a state, by their index; by the state's number: its row is `columns` times that. */
  ending: readonly (readonly number[])[];
}

/**
 * @param words each as its symbols: code units, or bytes
 * @param alphabet how many symbols there are
 */
export function automatonOf(words: readonly ArrayLike<number>[], alphabet: number): Automaton {
  const column = new Uint16Array(alphabet);
  let columns = 1;
  for (const word of words) {
    for (let at = 0; at < word.length; at++) if (column[word[at]!] === 0) column[word[at]!] = columns++;
  }
  const most = 1 + words.reduce((sum, { length }) => sum + length, 0);
  const next = new Int32Array(most * columns);
  const ending: number[][] = [[]];
  for (const [index, word] of words.entries()) {
    let state = 0;
    for (let at = 0; at < word.length; at++) {
      const slot = state * columns + column[word[at]!]!;
      if (next[slot] === 0) next[slot] = ending.push([]) - 1;
      state = next[slot]!;
    }
    ending[state]!.push(index);
  }
  connect(next, columns, ending);
  // A pass over a text does nothing else than look into this table: it multiplies nothing, and looks up no list in vain.
  const rows = next.subarray(0, ending.length * columns).map((state) => {
    const row = state * columns;
    return ending[state]!.length > 0 ? ~row : row;
  });
  return { column, columns, next: rows, ending };
}

/** Where a state has no way on, it goes where the longest end of it that begins a word goes; breadth first. */
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
