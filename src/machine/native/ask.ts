/**
 * Asks a shared library in a child process of its own, with a time limit: whatever it does, it does there. In Bun this very
 * program is the child (child.ts), elsewhere python3 with ctypes (python/child.py).
 */
import scripts from 'assets:src/machine/native/python';
import { childEnvironment } from '../../base/processes/child-environment.ts';
import { searchProgram } from '../../base/processes/find-program.ts';
import { selfArgv } from '../../base/processes/own-program.ts';
import { runGroup, type GroupResult } from '../../base/processes/process-group.ts';
import { present, unknown, type Answer, type Origin } from '../answer.ts';
import {
  CALLING,
  LIBRARY_MODE,
  LOADING,
  type ChildOrder,
  type LibraryQuestion,
  type LibraryReply,
} from './calls.ts';
import { replyIn } from './reply.ts';

/** Of all that child and library print; of sixteen GPUs an answer has a quarter of it. */
const MOST_OUTPUT = 1 << 20;
const MOST_EXCERPT = 300;

export interface Asking {
  /** The caller's. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where python3 is looked for. */
  probePath: string;
  /** How the child is started; default: this program in Bun, else python3. */
  child?: readonly string[] | null;
}

/** Unknown: nothing here can call libraries, or what could did not start. */
export async function askLibrary(question: LibraryQuestion, asking: Asking): Promise<Answer<LibraryReply>> {
  const from: Origin = { kind: 'library', name: question.path };
  const argv = asking.child === undefined ? childArgv(asking.probePath) : asking.child;
  if (argv === null) {
    return unknown('not-applicable', 'asking a library takes python3, which is not installed here', from);
  }
  const order: ChildOrder = { path: question.path, steps: question.steps };
  const progress: Progress = { loading: false, during: null };
  const result = await runGroup(argv, {
    cwd: '/',
    env: {
      ...childEnvironment(asking.env),
      ...question.env,
      PATH: asking.probePath,
      LC_ALL: 'C',
      // Bun would send a report of its end to its makers.
      BUN_ENABLE_CRASH_REPORTING: '0',
    },
    timeoutMs: question.timeoutMs,
    input: JSON.stringify(order),
    maxOutput: MOST_OUTPUT,
    onLine: (line, stream) => void (stream === 'stderr' && follow(progress, line)),
  });
  const reply = replyOf(result, progress, question.timeoutMs);
  return reply === null
    ? unknown('failed', `the process that was to ask it did not start: ${telling(result)}`, from)
    : present(reply, from);
}

function childArgv(probePath: string): readonly string[] | null {
  if (process.versions['bun'] !== undefined) return [...selfArgv(), LIBRARY_MODE];
  const { found } = searchProgram('python3', probePath.split(':'));
  return found === null ? null : [found, '-I', '-S', '-B', '-c', scripts['child.py']!];
}

/** Null: it did not come as far as the library. */
function replyOf(result: GroupResult, { loading, during }: Progress, afterMs: number): LibraryReply | null {
  const { outcome, stdout } = result;
  if (!loading) return null;
  switch (outcome) {
    case 'signalled':
      return { outcome: 'crashed', signal: result.endedBy ?? 'a signal', during };
    case 'timed-out':
      return { outcome: 'hung', afterMs, during };
    case 'flooded':
      return { outcome: 'garbled', excerpt: `more than ${MOST_OUTPUT >> 20} MiB of output`, during };
    default:
      return (
        replyIn(stdout) ?? {
          outcome: 'garbled',
          excerpt: `it ended with ${result.exit} and: ${telling(result)}`,
          during,
        }
      );
  }
}

/** How far the child has come. */
interface Progress {
  loading: boolean;
  during: string | null;
}

/** The library may print between our lines, on one of them, and more than is kept. */
function follow(progress: Progress, line: string): void {
  progress.loading ||= line.includes(LOADING);
  const at = line.lastIndexOf(CALLING);
  if (at >= 0) progress.during = /^\w{1,80}/.exec(line.slice(at + CALLING.length))?.[0] ?? null;
}

function telling({ outcome, stdout, stderr }: GroupResult): string {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  const own = lines.filter((line) => line !== '' && !line.startsWith('gpu-setup: '));
  return (own.at(-1) ?? outcome).slice(0, MOST_EXCERPT);
}
