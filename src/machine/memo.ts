/**
 * A machine that is asked each question once, however many probes want to know, also at the same time. Where there are very
 * many answers, as of ten thousand prefixes, the first are forgotten, and asked for again where somebody wants them again.
 */
import type { Answer } from './answer.ts';
import type { Machine, RunOptions } from './machine.ts';
import type { LibraryQuestion } from './native/calls.ts';

/** Many times the files of a machine with some toolkits. */
const MOST_TEXT = 24 << 20;
/** Of one kind of question: many times what is asked of a machine with some toolkits. */
const MOST_ANSWERS = 600;

export function memoized(machine: Machine): Machine {
  if (MEMOIZED.has(machine)) return machine;
  const memo = remembering(machine);
  MEMOIZED.add(memo);
  return memo;
}

/** To remember twice costs twice. */
const MEMOIZED = new WeakSet<Machine>();

function remembering(machine: Machine): Machine {
  return {
    isRunning: machine.isRunning,
    isRecording: machine.isRecording,
    title: machine.title,
    readFile: forgetting(MOST_TEXT, (path: string, maxBytes?: number) => machine.readFile(path, maxBytes)),
    readBytes: once((path: string, maxBytes?: number) => machine.readBytes(path, maxBytes), partOf),
    listDir: once((path: string) => machine.listDir(path), itself),
    stat: once((path: string) => machine.stat(path), itself),
    readLink: once((path: string) => machine.readLink(path), itself),
    realPath: once((path: string) => machine.realPath(path), itself),
    // A probe that asks again with more patience means the same question.
    run: once(
      (argv: readonly string[], options?: RunOptions) => machine.run(argv, options),
      (argv) => JSON.stringify(argv),
    ),
    askLibrary: once(
      (question: LibraryQuestion) => machine.askLibrary(question),
      ({ id }) => id,
    ),
    env: once((name: string) => machine.env(name), itself),
    elf: once((path: string) => machine.elf(path), itself),
    gpuCode: once((path: string) => machine.gpuCode(path), itself),
    statfs: once((path: string) => machine.statfs(path), itself),
    access: once((path: string) => machine.access(path), itself),
    identity: once(
      () => machine.identity(),
      () => '',
    ),
    transcripts: () => machine.transcripts(),
  };
}

const itself = (name: string): string => name;

/** A part of a file is another answer than the whole of it. */
const partOf = (path: string, maxBytes?: number): string => `${maxBytes ?? ''} ${path}`;

/** @param most characters that are kept */
function forgetting(most: number, ask: Machine['readFile']): Machine['readFile'] {
  const answers = new Answers<ReturnType<Machine['readFile']>>();
  let held = 0;
  return once(
    async (path: string, maxBytes?: number) => {
      const answer = await ask(path, maxBytes);
      held += answer.state === 'present' ? answer.value.text.length : 0;
      if (held > most / 2) {
        answers.forget();
        held = 0;
      }
      return answer;
    },
    partOf,
    answers,
  );
}

/** Of very many, the older half at least is forgotten at once: a table that loses its entries one by one grows slow. */
class Answers<R> {
  #recent = new Map<string, R>();
  #older = new Map<string, R>();

  get(key: string): R | undefined {
    return this.#recent.get(key) ?? this.#older.get(key);
  }

  set(key: string, answer: R): void {
    this.#recent.set(key, answer);
    if (this.#recent.size > MOST_ANSWERS / 2) this.forget();
  }

  forget(): void {
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}

function once<A extends unknown[], R extends Answer<unknown> | Promise<Answer<unknown>>>(
  ask: (...args: A) => R,
  keyOf: (...args: A) => string,
  answers = new Answers<R>(),
): (...args: A) => R {
  return (...args) => {
    const key = keyOf(...args);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(...args);
    answers.set(key, answer);
    return answer;
  };
}
