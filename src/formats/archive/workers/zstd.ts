/**
 * zstd by what the runtime has (Node from 22.15 on, the runtime of the executable), else in JavaScript, for where there is not
 * even the program.
 */
import { Decompress } from 'fzstd';
import { pipeline, Readable, type Transform } from 'node:stream';
import { builtInZstd, type MakeZstd } from './built-in-zstd.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import type { PartReader } from './part-reader.ts';
import type { StreamDecoder } from './stream-decoder.ts';
import { ZstdFrames } from './zstd-frames.ts';

const INPUT = 256 << 10;
/** Of the runtime's decoder, in one chunk: fewer of them cost less than the bytes do. */
const OUTPUT = 256 << 10;
/** What the decoder in JavaScript gets at once: it gives all that comes of that at once too, and a block of 4 bytes may be 128 KiB. */
const PIECE = 1 << 10;

export function zstdDecoder(input: PartReader): StreamDecoder {
  return builtInZstd === null ? new ScriptDecoder(input) : new BuiltInDecoder(input, builtInZstd);
}

/**
 * No piece holds bytes of two frames: what follows the end of a frame in one piece, Node's decoder takes for no part of the stream (measured
 * with 22 and 24), and would leave out without a word.
 *
 * @throws Error: cut off
 */
function* piecesOf(input: PartReader): Generator<Uint8Array> {
  const frames = new ZstdFrames();
  for (;;) {
    // A new one each time: decoders keep what they cannot use yet.
    const buffer = new Uint8Array(INPUT);
    const bytes = input.read(buffer);
    if (bytes === 0) break;
    const piece = buffer.subarray(0, bytes);
    let from = 0;
    for (const begin of frames.push(piece)) {
      if (begin > from) yield piece.subarray(from, begin);
      from = begin;
    }
    yield piece.subarray(from);
  }
  if (!frames.isWhole) throw new Error('the zstd stream is cut off');
}

class BuiltInDecoder extends ChunkDecoder {
  readonly #transform: Transform;
  readonly #chunks: AsyncIterator<Buffer>;

  constructor(input: PartReader, make: MakeZstd) {
    super();
    this.#transform = make({ chunkSize: OUTPUT });
    pipeline(Readable.from(piecesOf(input), { objectMode: true }), this.#transform, () => {
      // An error of either end destroys the transform with it, and the reader below meets it there.
    });
    this.#chunks = (this.#transform as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  protected async next(): Promise<Uint8Array | null> {
    const { done, value } = await this.#chunks.next();
    return done === true ? null : value;
  }

  async end(): Promise<void> {
    this.#transform.destroy();
    await this.#chunks.return?.();
  }
}

class ScriptDecoder extends ChunkDecoder {
  readonly #input: Iterator<Uint8Array>;
  /** Null at the end. */
  #piece: Uint8Array | null = new Uint8Array(0);
  readonly #ready: Uint8Array[] = [];
  readonly #decoder = new Decompress((chunk) => {
    // The decoder uses its buffers again.
    if (chunk.length > 0) this.#ready.push(chunk.slice());
  });

  constructor(input: PartReader) {
    super();
    this.#input = piecesOf(input);
  }

  protected next(): Promise<Uint8Array | null> {
    while (this.#ready.length === 0 && this.#piece !== null) this.#push(this.#piece);
    return Promise.resolve(this.#ready.shift() ?? null);
  }

  #push(piece: Uint8Array): void {
    if (piece.length > 0) {
      this.#decoder.push(piece.subarray(0, PIECE));
      this.#piece = piece.subarray(PIECE);
      return;
    }
    const next = this.#input.next();
    this.#piece = next.done === true ? null : next.value;
    if (this.#piece === null) this.#decoder.push(piece, true);
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}
