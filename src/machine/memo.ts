/** A machine that is asked each question once, however many probes want to know, also at the same time. */
import type { Answer } from './answer.ts';
import type { Machine, RunOptions } from './machine.ts';

export function memoized(machine: Machine): Machine {
  return {
    isRunning: machine.isRunning,
    isRecording: machine.isRecording,
    title: machine.title,
    readFile: once((path: string, maxBytes?: number) => machine.readFile(path, maxBytes)),
    readBytes: once((path: string, maxBytes?: number) => machine.readBytes(path, maxBytes)),
    listDir: once((path: string) => machine.listDir(path)),
    stat: once((path: string) => machine.stat(path)),
    readLink: once((path: string) => machine.readLink(path)),
    realPath: once((path: string) => machine.realPath(path)),
    // A probe that asks again with more patience means the same question.
    run: once(
      (argv: readonly string[], options?: RunOptions) => machine.run(argv, options),
      (argv) => JSON.stringify(argv),
    ),
    env: once((name: string) => machine.env(name)),
    elf: once((path: string) => machine.elf(path)),
    statfs: once((path: string) => machine.statfs(path)),
    identity: once(() => machine.identity()),
    transcripts: () => machine.transcripts(),
  };
}

function once<A extends unknown[], R extends Answer<unknown> | Promise<Answer<unknown>>>(
  ask: (...args: A) => R,
  keyOf: (...args: A) => string = (...args) => JSON.stringify(args),
): (...args: A) => R {
  const answers = new Map<string, R>();
  return (...args) => {
    const key = keyOf(...args);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(...args);
    answers.set(key, answer);
    return answer;
  };
}
