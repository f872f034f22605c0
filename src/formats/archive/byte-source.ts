/**
 * What stands behind a tar reader: decompressed bytes, read forwards. A tar reader jumps from header to header, so
 * where the file allows it (src/apt/deb/xz-source.ts) the bytes in between are never decoded.
 */
export interface PayloadSource {
  /** Of the next byte to be delivered. */
  readonly position: number;
  /** All decompressed bytes; null where only reading tells. */
  readonly size: number | null;
  /** The next 1..most bytes, as they come; null at the end. They may be in memory that the next call uses again. */
  next(most: number): Promise<Buffer | null>;
  /** Leaves bytes out. Past the end is no error here: the next read then finds the end. */
  skip(bytes: number): Promise<void>;
  /** Says that the next bytes will all be read: a source may decode them ahead. */
  expect(bytes: number): void;
  /** Stops decoders and gives memory back. May be called twice. */
  close(): Promise<void>;
}

/** Chunks from a decoder. */
export interface ByteStream {
  /** Null at the end, which is only reported after the decoder found everything in order. */
  next(): Promise<Buffer | null>;
  close(): Promise<void>;
}

/** Exactly `length` bytes, or fewer where the payload ends first, in memory of their own. */
export async function readUpTo(source: PayloadSource, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let have = 0;
  while (have < length) {
    const part = await source.next(length - have);
    if (part === null) break;
    have += part.copy(bytes, have);
  }
  return bytes.subarray(0, have);
}

/** A source that can only run through: gzip, zstd, plain. */
export class StreamSource implements PayloadSource {
  position = 0;
  readonly size: number | null;
  readonly #stream: ByteStream;
  #rest: Buffer | null = null;

  constructor(stream: ByteStream, size: number | null = null) {
    this.#stream = stream;
    this.size = size;
  }

  async next(most: number): Promise<Buffer | null> {
    this.#rest ??= await this.#stream.next();
    if (this.#rest === null) return null;
    const part = this.#rest.subarray(0, most);
    this.#rest = part.length === this.#rest.length ? null : this.#rest.subarray(most);
    this.position += part.length;
    return part;
  }

  async skip(bytes: number): Promise<void> {
    let left = bytes;
    while (left > 0) {
      const part = await this.next(left);
      if (part === null) return;
      left -= part.length;
    }
  }

  expect(): void {}

  async close(): Promise<void> {
    this.#rest = null;
    await this.#stream.close();
  }
}
