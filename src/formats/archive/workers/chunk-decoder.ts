/** A decoder that gives chunks of its own sizes, as one that fills buffers. */
import type { Filled, StreamDecoder } from './stream-decoder.ts';

export abstract class ChunkDecoder implements StreamDecoder {
  #rest: Uint8Array = new Uint8Array(0);

  /** Null at the end, where the stream was found in order. @throws Error saying what is wrong with it, or of reading it */
  protected abstract next(): Promise<Uint8Array | null>;

  abstract end(): Promise<void>;

  async fill(out: Uint8Array): Promise<Filled> {
    let bytes = 0;
    while (bytes < out.length) {
      if (this.#rest.length === 0) {
        const next = await this.next();
        if (next === null) return { bytes, last: true };
        this.#rest = next;
      }
      const part = this.#rest.subarray(0, out.length - bytes);
      out.set(part, bytes);
      bytes += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return { bytes, last: false };
  }
}
