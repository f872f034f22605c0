/**
 * Bounds what all decoders of an installation take together: as many at once as there are cores, and no more memory
 * than is set aside, whatever the packages are.
 */
import { availableParallelism } from 'node:os';

/** Gives a share of the pool back; may be called twice. */
export type Release = () => void;

interface Waiter {
  bytes: number;
  grant: (release: Release) => void;
}

/** Memory for decoders' dictionaries and for blocks decoded ahead, over all packages. */
const MEMORY = 96 << 20;
/** Each holds a heap of its own: more of them than this would break the bound on memory. */
const MOST_DECODERS = 8;

export class DecoderPool {
  readonly slots: number;
  readonly #memory: number;
  #running = 0;
  #bytes = 0;
  readonly #waiting: Waiter[] = [];

  constructor(options: { slots?: number; memory?: number } = {}) {
    this.slots = options.slots ?? Math.min(availableParallelism(), MOST_DECODERS);
    this.#memory = options.memory ?? MEMORY;
  }

  /** Waits for a decoder's turn. Granted even above the memory limit when nothing else holds any. */
  acquire(bytes: number, signal?: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const waiter: Waiter = {
        bytes,
        grant: (release) => {
          signal?.removeEventListener('abort', stop);
          resolve(release);
        },
      };
      const stop = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal?.reason as Error);
        this.#serve();
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiting.push(waiter);
      this.#serve();
    });
  }

  /** Whether `tryAcquire` may succeed: asked before anything is prepared for it. */
  get hasFreeTurn(): boolean {
    return this.#waiting.length === 0 && this.#running < this.slots;
  }

  /** A turn right now for work that is merely useful, or null; those who wait go first. */
  tryAcquire(bytes: number): Release | null {
    return this.hasFreeTurn && this.#fits(bytes, false) ? this.#take(bytes) : null;
  }

  /** Memory that outlives the decoder: a block that was decoded ahead and waits to be read. */
  tryReserve(bytes: number): Release | null {
    if (this.#bytes + bytes > this.#memory) return null;
    this.#bytes += bytes;
    return once(() => {
      this.#bytes -= bytes;
      this.#serve();
    });
  }

  #fits(bytes: number, must: boolean): boolean {
    if (this.#running >= this.slots) return false;
    return this.#bytes + bytes <= this.#memory || (must && this.#bytes === 0);
  }

  #take(bytes: number): Release {
    this.#running += 1;
    this.#bytes += bytes;
    return once(() => {
      this.#running -= 1;
      this.#bytes -= bytes;
      this.#serve();
    });
  }

  #serve(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (!this.#fits(first.bytes, true)) return;
      this.#waiting.shift();
      first.grant(this.#take(first.bytes));
    }
  }
}

function once(action: () => void): Release {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
