/** Buffers that go to and fro between workers and their readers: what is used again is no garbage to be collected. */

/** A worker's message comes every few milliseconds, and few enough bytes wait in it. */
export const BUFFER = 256 << 10;
/** A block of Debian's packages, decoded ahead. */
const MOST = 96;

class SpareBuffers {
  readonly #spare: ArrayBuffer[] = [];

  take(): ArrayBuffer {
    return this.#spare.pop() ?? new ArrayBuffer(BUFFER);
  }

  give(buffer: ArrayBuffer): void {
    if (this.#spare.length < MOST) this.#spare.push(buffer);
  }

  clear(): void {
    this.#spare.length = 0;
  }
}

/** Of this process. */
export const spareBuffers = new SpareBuffers();
