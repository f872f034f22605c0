/** The last bytes of a stream, in memory that does not grow with what passes. */

export class Window {
  readonly #most: number;
  readonly #passed: (bytes: Uint8Array) => void;
  readonly #bytes: Buffer;
  #length = 0;

  /**
   * @param most how many bytes are kept
   * @param passed is given what stands before them, in order; the bytes are overwritten when it has returned
   */
  constructor(most: number, passed: (bytes: Uint8Array) => void = () => {}) {
    this.#most = most;
    this.#passed = passed;
    // A quarter more: so each byte is moved four times at most, which is nothing beside reading it. What is never written to takes no memory.
    this.#bytes = Buffer.allocUnsafeSlow(Math.ceil(1.25 * most));
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#length === this.#bytes.length) this.#pass();
      const part = chunk.subarray(at, at + this.#bytes.length - this.#length);
      this.#bytes.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
    }
  }

  /** The bytes as they are now: the next push may overwrite them. */
  end(): Buffer {
    this.#pass();
    return this.#bytes.subarray(0, this.#length);
  }

  #pass(): void {
    const over = this.#length - this.#most;
    if (over <= 0) return;
    this.#passed(this.#bytes.subarray(0, over));
    this.#bytes.copyWithin(0, over, this.#length);
    this.#length -= over;
  }
}
