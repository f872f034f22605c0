/**
 * xz in WebAssembly, for where there is neither the library nor the program. The package decodes one stream at a time in
 * each thread.
 */
import { XzReadableStream } from 'xz-decompress';
import type { PartReader } from './part-reader.ts';
import type { Filled, StreamDecoder } from './stream-decoder.ts';

const INPUT = 64 << 10;

export class WasmDecoder implements StreamDecoder {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  /** A stream that ended or failed has given its decoder back: to cancel it would do so a second time. */
  #over = false;

  constructor(input: PartReader) {
    const source = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const buffer = new Uint8Array(INPUT);
          const bytes = input.read(buffer);
          // Empty at the end: the decoder may still have bytes to give, and where it lacks some, it says so.
          controller.enqueue(buffer.subarray(0, bytes));
        },
      },
      { highWaterMark: 0 },
    );
    this.#reader = new XzReadableStream(source).getReader();
  }

  async fill(out: Uint8Array): Promise<Filled> {
    let bytes = 0;
    while (bytes < out.length) {
      if (this.#rest.length === 0) {
        const next = await this.#next();
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

  async end(): Promise<void> {
    if (!this.#over) await this.#reader.cancel();
  }

  async #next(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#reader.read();
      if (!done) return value;
      this.#over = true;
      return null;
    } catch (error) {
      this.#over = true;
      throw error;
    }
  }
}
