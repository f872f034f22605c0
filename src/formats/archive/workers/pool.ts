/**
 * Threads that decode, one stream each: started when they are needed, kept for the next stream, and let go when there is
 * none for a while. They are given their program as a text, so that there is no file that somebody else could put another
 * in the place of, in the executable as in Node.
 */
import script from 'worker-script:src/formats/archive/workers/worker.ts';
import { Worker } from 'node:worker_threads';
import { DecoderPool, type Release } from '../decoder-pool.ts';
import { spareBuffers } from './spare-buffers.ts';
import { STOPPED, type FromWorker, type ToWorker, type WorkerData } from './messages.ts';

/** Longer than from one package to the next; what is idle still holds its heap. */
const IDLE_MS = 1_000;

/**
 * What a thread begins with. Bun keeps what it compiles of a longer text (measured: from some 4 KB on) in ~/.bun, and runs that
 * unseen the next time, under sudo too; what is evaluated it does not keep. A test sees that nothing is left there.
 */
const BEGINNING = "new Function('require', require('node:worker_threads').workerData.script)(require)";

/** Who gets a worker's messages while it decodes a stream for them. */
export interface Listener {
  said(message: FromWorker): void;
  /** The thread is gone, and with it the stream. */
  lost(error: Error): void;
}

export class DecoderWorker {
  readonly #thread: Worker;
  readonly #state = new Int32Array(new SharedArrayBuffer(4));
  #listener: Listener | null = null;
  #gone = false;

  constructor(onGone: (worker: DecoderWorker) => void) {
    const workerData: WorkerData = { script, state: this.#state.buffer };
    // Nothing of how this program was started is meant for them: no preloaded modules, no environment.
    this.#thread = new Worker(BEGINNING, { eval: true, workerData, env: {}, execArgv: [], argv: [] });
    this.#thread.on('message', (message: FromWorker) => this.#listener?.said(message));
    const end = (error: Error): void => {
      if (this.#gone) return;
      this.#gone = true;
      onGone(this);
      this.#listener?.lost(error);
    };
    this.#thread.on('error', end);
    this.#thread.on('exit', (code) => end(new Error(`a decoder's thread ended (${code})`)));
  }

  get isGone(): boolean {
    return this.#gone;
  }

  /** While somebody listens the program does not end by itself. */
  listen(listener: Listener | null): void {
    this.#listener = listener;
    Atomics.store(this.#state, 0, 0);
    if (listener === null) this.#thread.unref();
    else this.#thread.ref();
  }

  tell(message: ToWorker): void {
    this.#thread.postMessage(message, message.kind === 'fill' ? [message.buffer] : []);
  }

  /** What was asked for and not begun is answered at once, with nothing. */
  stop(): void {
    Atomics.store(this.#state, 0, STOPPED);
  }

  /** Ends the thread, whatever it is at; nobody hears of it. */
  abandon(): void {
    this.#gone = true;
    this.#listener = null;
    void this.#thread.terminate();
  }
}

class Workers {
  /** As many as there are cores, whoever asks. */
  readonly #turns = new DecoderPool();
  readonly #idle: { worker: DecoderWorker; timer: NodeJS.Timeout }[] = [];

  /** Waits for its turn. The worker goes back with `release`, idle. */
  async take(signal?: AbortSignal): Promise<{ worker: DecoderWorker; release: Release }> {
    const turn = await this.#turns.acquire(0, signal);
    const found = this.#idle.pop();
    clearTimeout(found?.timer);
    try {
      const worker = found?.worker ?? new DecoderWorker((gone) => this.#forget(gone));
      return {
        worker,
        release: () => {
          worker.listen(null);
          if (!worker.isGone) this.#keep(worker);
          turn();
        },
      };
    } catch (error) {
      turn();
      throw error;
    }
  }

  #keep(worker: DecoderWorker): void {
    const timer = setTimeout(() => {
      this.#forget(worker);
      worker.abandon();
      spareBuffers.clear();
    }, IDLE_MS);
    timer.unref();
    this.#idle.push({ worker, timer });
  }

  #forget(worker: DecoderWorker): void {
    const at = this.#idle.findIndex((one) => one.worker === worker);
    if (at < 0) return;
    clearTimeout(this.#idle[at]!.timer);
    this.#idle.splice(at, 1);
  }
}

/** Of this process. */
export const workers = new Workers();
