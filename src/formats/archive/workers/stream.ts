/** A stream that a worker decodes, read in the program's own thread. */
import type { BadArchive } from '../bad-archive.ts';
import type { ByteStream } from '../byte-source.ts';
import type { Release } from '../decoder-pool.ts';
import type { InputPart } from '../decoder-input.ts';
import type { Decoder, Failure, FromWorker, WirePart } from './messages.ts';
import { workers, type DecoderWorker, type Listener } from './pool.ts';
import { BUFFER, spareBuffers } from './spare-buffers.ts';

/** Decoded before it is asked for, so that a pause of the reader (a thousand small files) is none of the decoder. */
export const WINDOW = 6 * BUFFER;
/** With one the worker would wait for each answer. */
const AT_ONCE = 3;

export interface WorkerStreamOptions {
  decoder: Decoder;
  bad: BadArchive;
  signal?: AbortSignal | undefined;
  /** Bytes that may be decoded before they are asked for, two buffers at least. */
  window: number;
  /** What `next` gave is used again when `next` is called again. */
  reuse: boolean;
  /** A worker that answers nothing for so long is taken for hung. */
  stallMs: number;
  stalled: () => Error;
  /** The decoder is free again, whether what it decoded was read or not. */
  onDecoded: () => void;
}

export async function workerStream(
  input: readonly InputPart[],
  options: WorkerStreamOptions,
): Promise<ByteStream> {
  const { worker, release } = await workers.take(options.signal);
  return new WorkerStream(worker, input.map(onWire), options, release);
}

const onWire = (part: InputPart): WirePart =>
  'file' in part ? { fd: part.file.fd, start: part.start, size: part.size } : part;

class WorkerStream implements ByteStream, Listener {
  readonly #worker: DecoderWorker;
  readonly #options: WorkerStreamOptions;
  readonly #release: Release;
  readonly #ready: Buffer[] = [];
  /** What the reader has now. */
  #lent: Buffer | null = null;
  /** Buffers that the worker has. */
  #asked = 0;
  #failure: Error | null = null;
  /** How far the worker is: `told` to end, and `over` when it says so or is gone. */
  #state: 'decoding' | 'told' | 'over' = 'decoding';
  #inOrder = false;
  #waiting: (() => void)[] = [];

  constructor(
    worker: DecoderWorker,
    parts: readonly WirePart[],
    options: WorkerStreamOptions,
    release: Release,
  ) {
    this.#worker = worker;
    this.#options = options;
    this.#release = release;
    worker.listen(this);
    worker.tell({ kind: 'begin', decoder: options.decoder, parts });
    this.#ask();
  }

  async next(): Promise<Buffer | null> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    this.#takeBack();
    this.#ask();
    while (this.#ready.length === 0 && this.#state !== 'over') await this.#news();
    signal?.throwIfAborted();
    this.#lent = this.#ready.shift() ?? null;
    if (this.#lent !== null) return this.#lent;
    if (this.#failure !== null) throw this.#failure;
    if (!this.#inOrder) throw new Error('the stream was closed');
    return null;
  }

  async close(): Promise<void> {
    this.#stop();
    while (this.#state !== 'over') await this.#news();
    this.#takeBack();
    for (const { buffer } of this.#ready.splice(0)) spareBuffers.give(buffer as ArrayBuffer);
  }

  said(message: FromWorker): void {
    switch (message.kind) {
      case 'filled':
        this.#asked -= 1;
        if (message.bytes > 0) this.#ready.push(Buffer.from(message.buffer, 0, message.bytes));
        else spareBuffers.give(message.buffer);
        if (message.last) {
          this.#inOrder = true;
          this.#tellEnd();
        }
        this.#ask();
        break;
      case 'failed':
        this.#failure ??= this.#errorOf(message.failure);
        this.#tellEnd();
        break;
      case 'ended':
        this.#finish();
        break;
    }
    this.#wake();
  }

  lost(error: Error): void {
    this.#failure ??= error;
    this.#finish();
    this.#wake();
  }

  /** Buffers for what may be decoded now: a few at a time, so that little is decoded in vain where the reader leaves. */
  #ask(): void {
    const most = Math.ceil(this.#options.window / BUFFER);
    while (
      this.#state === 'decoding' &&
      this.#asked < AT_ONCE &&
      this.#asked + this.#ready.length + (this.#lent === null ? 0 : 1) < most
    ) {
      this.#worker.tell({ kind: 'fill', buffer: spareBuffers.take() });
      this.#asked += 1;
    }
  }

  #takeBack(): void {
    if (this.#lent !== null && this.#options.reuse) spareBuffers.give(this.#lent.buffer as ArrayBuffer);
    this.#lent = null;
  }

  #stop(): void {
    if (this.#state !== 'decoding') return;
    this.#worker.stop();
    this.#tellEnd();
  }

  #tellEnd(): void {
    if (this.#state !== 'decoding') return;
    this.#state = 'told';
    this.#worker.tell({ kind: 'end' });
  }

  #finish(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#release();
    this.#options.onDecoded();
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Until the worker says something, which it does soon where the reading is to stop, or has been quiet for too long. */
  async #news(): Promise<void> {
    const { stallMs, stalled, signal } = this.#options;
    const quiet = setTimeout(() => {
      this.#worker.abandon();
      this.lost(stalled());
    }, stallMs);
    const stop = (): void => this.#stop();
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    await new Promise<void>((go) => this.#waiting.push(go));
    signal?.removeEventListener('abort', stop);
    clearTimeout(quiet);
  }

  #errorOf(failure: Failure): Error {
    if (failure.of === 'system') {
      const { message, code, syscall } = failure;
      return Object.assign(new Error(message), { syscall, ...(code === undefined ? {} : { code }) });
    }
    return this.#options.bad(`it cannot be decompressed (${failure.why})`);
  }
}
