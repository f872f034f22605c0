/**
 * xz in WebAssembly, for where there is neither the library nor the program. The package decodes one stream at a time in
 * each thread.
 */
import { XzReadableStream } from 'xz-decompress';
import { ChunkDecoder } from './chunk-decoder.ts';
import type { PartReader } from './part-reader.ts';

const INPUT = 64 << 10;

/** enum xz_ret of XZ Embedded (xz.h), which the package is made from, in the words of xz. Others are the fault of the bytes. */
const LACKS = 'it is made in a way that only the program xz can read: install xz-utils';
const REASONS: Readonly<Record<string, string>> = {
  2: LACKS,
  3: 'Cannot allocate memory',
  4: 'its dictionary is larger than what is read without the program xz: install xz-utils',
  5: 'File format not recognized',
  6: LACKS,
  7: 'Compressed data is corrupt',
  8: 'Unexpected end of input',
};

export class WasmDecoder extends ChunkDecoder {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** A stream that ended or failed has given its decoder back: to cancel it would do so a second time. */
  #over = false;

  constructor(input: PartReader) {
    super();
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

  async end(): Promise<void> {
    if (!this.#over) await this.#reader.cancel();
  }

  protected async next(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#reader.read();
      if (!done) return value;
      this.#over = true;
      return null;
    } catch (error) {
      this.#over = true;
      const code = error instanceof Error ? /error code (\d+)$/.exec(error.message)?.[1] : undefined;
      const reason = code === undefined ? undefined : REASONS[code];
      throw reason === undefined ? error : new Error(reason, { cause: error });
    }
  }
}
