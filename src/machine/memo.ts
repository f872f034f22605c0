/**
 * A machine that is asked each question once, however many probes want to know, also at the same time. Of files whose texts
 * are many, as of ten thousand prefixes, the first read are forgotten, and read again where somebody asks again.
 */
import type { Answer } from './answer.ts';
import type { Machine, RunOptions } from './machine.ts';

/** Many times the files of a machine with some toolkits. */
const MOST_TEXT = 24 << 20;

export function memoized(machine: Machine): Machine {
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
    env: once((name: string) => machine.env(name), itself),
    elf: once((path: string) => machine.elf(path), itself),
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
  const answers = new Map<string, ReturnType<Machine['readFile']>>();
  const sizes = new Map<string, number>();
  let held = 0;
  return once(
    async (path: string, maxBytes?: number) => {
      const answer = await ask(path, maxBytes);
      const size = answer.state === 'present' ? answer.value.text.length : 0;
      sizes.set(partOf(path, maxBytes), size);
      held += size;
      for (const [key, oldest] of sizes) {
        if (held <= most) break;
        sizes.delete(key);
        answers.delete(key);
        held -= oldest;
      }
      return answer;
    },
    partOf,
    answers,
  );
}

function once<A extends unknown[], R extends Answer<unknown> | Promise<Answer<unknown>>>(
  ask: (...args: A) => R,
  keyOf: (...args: A) => string,
  answers = new Map<string, R>(),
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
