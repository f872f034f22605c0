/**
 * Bytes of what a person names, which may be anything: a file, a pipe that stays silent, a device without an end. Whoever
 * reads says that it waits, stops for a signal, and does not wait for ever.
 */
import { constants } from 'node:fs';
import { open, readlink, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '../abortable.ts';
import { systemCode } from '../errors.ts';
import type { Emit } from '../events.ts';

export interface Patience {
  /** What is read, as the user calls it. */
  name: string;
  signal: AbortSignal;
  emit: Emit;
  times?: Partial<Times>;
}

interface Times {
  /** Until it is said that nothing comes. */
  wordMs: number;
  /** Of silence, until it is given up. */
  limitMs: number;
}

const TIMES: Times = { wordMs: 2_000, limitMs: 3600_000 };
const PIECE = 256 << 10;

/** Hands on what comes. @throws the signal's reason; where nothing comes for too long */
export async function* patiently(
  input: AsyncIterable<Uint8Array>,
  { name, signal, emit, times }: Patience,
): AsyncGenerator<Uint8Array> {
  const { wordMs, limitMs } = { ...TIMES, ...times };
  const iterator = input[Symbol.asyncIterator]();
  let told = false;
  for (;;) {
    const silence = new AbortController();
    const word = setTimeout(() => {
      if (!told) emit({ type: 'notice', level: 'info', text: `waiting for ${name}, which says nothing` });
      told = true;
    }, wordMs);
    const limit = setTimeout(
      () => silence.abort(new Error(`nothing came for ${limitMs / 60_000} minutes`)),
      limitMs,
    );
    try {
      const next = await abortable(iterator.next(), AbortSignal.any([signal, silence.signal]));
      if (next.done === true) return;
      yield next.value;
    } finally {
      clearTimeout(word);
      clearTimeout(limit);
    }
  }
}

/** Never waits in the system, from where no signal would bring it back. */
export async function openPatiently(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
}

/** Of a handle that was opened so, from its beginning; of a FIFO, when somebody writes into it. */
export async function* piecesOf(file: FileHandle, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const isFifo = (await file.stat()).isFIFO();
  // A pipe without a name had its writer before it was handed to us.
  const waitsForWriter =
    isFifo && !(await readlink(`/proc/self/fd/${file.fd}`).catch(() => '')).startsWith('pipe:');
  let came = false;
  for (let pause = 1; ; pause = Math.min(2 * pause, 50)) {
    const buffer = Buffer.allocUnsafe(PIECE);
    let count: number | null = null;
    try {
      count = (await file.read(buffer, 0, buffer.length, null)).bytesRead;
    } catch (error) {
      if (systemCode(error) !== 'EAGAIN') throw error;
    }
    if (count !== null && count > 0) {
      came = true;
      pause = 1;
      yield buffer.subarray(0, count);
    } else if (count === 0 && (came || !waitsForWriter)) return;
    else await sleep(pause, undefined, { signal });
  }
}
