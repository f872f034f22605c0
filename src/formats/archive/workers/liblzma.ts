/**
 * xz by liblzma, which xz itself decodes with: a shared library in the executable
 * (src/formats/archive/native-library.ts), an addon on Node, and where they do not load the same in WebAssembly, which is as fast as
 * a system's library of 5.4 and the program xz, which would have pipes besides.
 */
import type { PartReader } from './part-reader.ts';
import type { Filled, StreamDecoder } from './stream-decoder.ts';

/** What the largest dictionary takes that is written on purpose (128 MiB), and a little: a header may claim 4 GiB. */
const MEMORY = 160 << 20;

export const INPUT = 256 << 10;
/**
 * Decoded in one go: the library copies it out of its dictionary then, which costs less while the caches of the processor
 * still hold it (4 % of all decoding against a megabyte; 16 KiB are no better).
 */
export const IN_ONE_GO = 64 << 10;

/** Streams in a row are one, as xz has it: a flag of lzma_stream_decoder(). */
export const CONCATENATED = 0x08;

/** lzma_action */
const RUN = 0;
const FINISH = 3;

/** lzma_ret, in the words of xz. */
export const OK = 0;
const STREAM_END = 1;
export const MEM_ERROR = 5;
const REASONS: Readonly<Record<number, string>> = {
  6: 'Memory usage limit reached',
  7: 'File format not recognized',
  8: 'Unsupported options',
  9: 'Compressed data is corrupt',
  10: 'Unexpected end of input',
};

export interface Coded {
  /** lzma_ret */
  result: number;
  /** How many were decoded. */
  bytes: number;
}

/** One lzma_stream of the library, wherever the library and its memory are. */
export interface Coder {
  /** lzma_stream_decoder(). @param memory limit, in bytes @returns lzma_ret */
  begin(memory: number): number;
  /** INPUT bytes: where what is to be decoded is put before it is offered. */
  readonly input: Uint8Array;
  /** What was offered is used up. */
  readonly isHungry: boolean;
  /** The first `bytes` of `input` come next. */
  offer(bytes: number): void;
  /** lzma_code(). @param out at most IN_ONE_GO bytes */
  code(action: number, out: Uint8Array): Coded;
  /** lzma_end() */
  end(): void;
}

export class LzmaDecoder implements StreamDecoder {
  readonly #coder: Coder;
  readonly #input: PartReader;
  #action = RUN;

  /** @throws Error */
  constructor(coder: Coder, input: PartReader) {
    this.#coder = coder;
    this.#input = input;
    const result = coder.begin(MEMORY);
    if (result !== OK) throw errorOf(result);
  }

  fill(out: Uint8Array): Promise<Filled> {
    for (let filled = 0; ;) {
      if (this.#coder.isHungry && this.#action === RUN) this.#read();
      const { result, bytes } = this.#coder.code(this.#action, out.subarray(filled, filled + IN_ONE_GO));
      if (result !== OK && result !== STREAM_END) throw errorOf(result);
      filled += bytes;
      if (result === STREAM_END || filled === out.length)
        return Promise.resolve({ bytes: filled, last: result === STREAM_END });
    }
  }

  end(): Promise<void> {
    this.#coder.end();
    return Promise.resolve();
  }

  #read(): void {
    const bytes = this.#input.read(this.#coder.input);
    if (bytes === 0) this.#action = FINISH;
    this.#coder.offer(bytes);
  }
}

function errorOf(result: number): Error {
  // As the runtime says it: not the fault of what is decoded.
  if (result === MEM_ERROR) return new RangeError('not enough memory to decode xz');
  return new Error(REASONS[result] ?? `liblzma's code ${result}`);
}
