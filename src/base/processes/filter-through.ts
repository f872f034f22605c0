/** A program that bytes run through: fed on one side and read on the other, as fast as both go. */
import { spawn } from 'node:child_process';
import { Readable, pipeline } from 'node:stream';
import { messageOf } from '../errors.ts';

export interface FilterOptions {
  /** The whole environment. */
  env: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** A program that delivers nothing for so long, while somebody waits for it, is taken for hung. */
  stallMs: number;
  /** The error for a hung program. */
  stalled: () => Error;
  /** The error for one that did not end well. @param why what it said on stderr, warnings apart, or how it ended */
  failed: (why: string) => Error;
}

export interface Filter {
  /** Null at the end. */
  next(): Promise<Buffer | null>;
  close(): Promise<void>;
}

/** Of what a program says on stderr; more is of no use in a message. */
const MOST_SAID = 8000;

export function filterThrough(
  argv: readonly [string, ...string[]],
  input: AsyncIterable<Buffer>,
  options: FilterOptions,
): Filter {
  const [program, ...args] = argv;
  const { signal } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: options.env });
  let inputError: unknown;
  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    if (stderr.length < MOST_SAID) stderr += text;
  });
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(messageOf(error)));
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve(null);
      else resolve(reasonIn(stderr) ?? (killedBy ? `ended by ${killedBy}` : `exit code ${code}`));
    });
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  void ended.then(() => signal?.removeEventListener('abort', kill));
  // A program that was killed or gave up closes its end: how it ended says why, not the broken pipe.
  pipeline(Readable.from(input, { objectMode: true }), child.stdin, (error) => {
    if (error && !['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET'].includes(error.code ?? '')) {
      inputError = error;
      kill();
    }
  });
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  // Asked for at once: output that nobody has begun to read is thrown away when the program ends.
  let first: Promise<IteratorResult<Buffer>> | null = chunks.next();
  first.catch(() => {});
  let stalled = false;
  return {
    async next() {
      const timer = setTimeout(() => {
        stalled = true;
        kill();
      }, options.stallMs);
      try {
        const result = await (first ?? chunks.next());
        first = null;
        if (!result.done) return result.value;
        const failure = await ended;
        signal?.throwIfAborted();
        if (inputError !== undefined) throw inputError;
        if (stalled) throw options.stalled();
        if (failure !== null) throw options.failed(failure);
        return null;
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      kill();
      child.stdout.destroy();
      await ended;
    },
  };
}

/** "xz: Warning: ...", "Ignore environment variable setting ...", "note: ..." */
const WARNING = /^(?:[^\s:]+\s*: *)?(?:warning|ignor(?:e|ed|ing)|note)\b/i;

/** The first line that says why, as programs print it; a warning where they print nothing else. */
export function reasonIn(stderr: string): string | undefined {
  const lines = stderr.split(/[\r\n]+/).flatMap((line) => line.trim() || []);
  return lines.find((line) => !WARNING.test(line)) ?? lines[0];
}
