/**
 * An .xz payload with random access: the index at its end gives every block's place and size, so only blocks that hold
 * wanted bytes are decoded, several at once where a run of them is wanted. A decoder is stopped as soon as the reader
 * jumps out of its block. Files of one block (NVIDIA's older packages) and of several streams are the same with other
 * numbers.
 */
import { badDeb, badDebAt } from './bad-deb.ts';
import { decode } from '../../formats/archive/decoders.ts';
import type { DecoderPool, Release } from '../../formats/archive/decoder-pool.ts';
import { readExactly } from '../../formats/archive/file-chunks.ts';
import type { ByteStream, PayloadSource } from '../../formats/archive/byte-source.ts';
import { blockAt, readBlocks, type FilePart, type XzBlock } from './xz-blocks.ts';
import { dictionarySize, padTo4, wrapBlock } from './xz-format.ts';

export interface SourceOptions {
  pool: DecoderPool;
  signal?: AbortSignal | undefined;
}

/** Above xz -9 (64 MiB); a block that claims more is hostile or not made for a package. */
const MOST_DICTIONARY = 128 << 20;
/** What a decoder takes beside its dictionary: a thread with what it has ready. */
const DECODER_OVERHEAD = 4 << 20;

/** One block being decoded, by the reader's own pace or ahead of it. */
interface OpenBlock {
  index: number;
  /** Decompressed bytes already handed out. */
  given: number;
  rest: Buffer | null;
  stream: ByteStream;
}

export class XzSource implements PayloadSource {
  position = 0;
  readonly size: number;
  readonly #part: FilePart;
  readonly #blocks: readonly XzBlock[];
  readonly #options: SourceOptions;
  #current: OpenBlock | null = null;
  readonly #ahead = new Map<number, ByteStream>();
  #wantedUntil = 0;

  private constructor(part: FilePart, blocks: readonly XzBlock[], options: SourceOptions) {
    this.#part = part;
    this.#blocks = blocks;
    this.#options = options;
    const last = blocks.at(-1);
    this.size = last === undefined ? 0 : last.offset + last.uncompressedSize;
  }

  static async open(part: FilePart, options: SourceOptions): Promise<XzSource> {
    return new XzSource(part, await readBlocks(part), options);
  }

  expect(bytes: number): void {
    this.#wantedUntil = Math.min(this.position + bytes, this.size);
  }

  async next(most: number): Promise<Buffer | null> {
    if (this.position >= this.size) return null;
    const open = await this.#openAt(this.position);
    const block = this.#blocks[open.index]!;
    let toSkip = this.position - block.offset - open.given;
    for (;;) {
      open.rest ??= await open.stream.next();
      if (open.rest === null) {
        throw badDeb(
          this.#part.path,
          `block ${open.index + 1} of data.tar.xz is shorter than its index says`,
        );
      }
      const skipped = Math.min(toSkip, open.rest.length);
      let part = open.rest.subarray(skipped, skipped + most);
      const used = skipped + part.length;
      open.rest = used === open.rest.length ? null : open.rest.subarray(used);
      open.given += used;
      toSkip -= skipped;
      if (part.length === 0) continue;
      if (open.given > block.uncompressedSize) {
        throw badDeb(this.#part.path, `block ${open.index + 1} of data.tar.xz is longer than its index says`);
      }
      this.position += part.length;
      if (open.given === block.uncompressedSize) {
        // What was decoded is the decoder's, and goes with it.
        part = Buffer.from(part);
        await this.#finish(open);
      }
      return part;
    }
  }

  async skip(bytes: number): Promise<void> {
    this.position = Math.min(this.position + bytes, this.size);
    for (const [index, stream] of this.#ahead) {
      if (this.#endOf(index) <= this.position) {
        this.#ahead.delete(index);
        await stream.close();
      }
    }
    if (this.#current !== null && this.#endOf(this.#current.index) <= this.position) await this.#leave();
  }

  async close(): Promise<void> {
    const ahead = [...this.#ahead.values()];
    this.#ahead.clear();
    await Promise.all([this.#leave(), ...ahead.map((stream) => stream.close())]);
  }

  #endOf(index: number): number {
    const block = this.#blocks[index]!;
    return block.offset + block.uncompressedSize;
  }

  async #leave(): Promise<void> {
    const open = this.#current;
    this.#current = null;
    await open?.stream.close();
  }

  /** The decoder checks what it delivered (CRC64) only when it is read to its end. */
  async #finish(open: OpenBlock): Promise<void> {
    if (open.rest !== null || (await open.stream.next()) !== null) {
      throw badDeb(this.#part.path, `block ${open.index + 1} of data.tar.xz is longer than its index says`);
    }
    await this.#leave();
  }

  async #openAt(position: number): Promise<OpenBlock> {
    const open = this.#current;
    if (open !== null) {
      if (position < this.#endOf(open.index)) {
        await this.#decodeAhead(open.index);
        return open;
      }
      await this.#leave();
    }
    const index = blockAt(this.#blocks, position);
    let stream = this.#ahead.get(index);
    this.#ahead.delete(index);
    stream ??= await this.#start(index, (bytes) => this.#options.pool.acquire(bytes, this.#options.signal));
    this.#current = { index, given: 0, rest: null, stream };
    await this.#decodeAhead(index);
    return this.#current;
  }

  /** Starts on blocks behind `index` that are known to be wanted, in order, while the pool has room. */
  async #decodeAhead(index: number): Promise<void> {
    for (let i = index + 1; i < this.#blocks.length && this.#blocks[i]!.offset < this.#wantedUntil; i++) {
      if (this.#ahead.has(i)) continue;
      if (!this.#options.pool.hasFreeTurn) return;
      const release = this.#options.pool.tryReserve(this.#blocks[i]!.uncompressedSize);
      if (release === null) return;
      const memory = { bytes: this.#blocks[i]!.uncompressedSize, release };
      const stream = await this.#start(i, (bytes) => this.#options.pool.tryAcquire(bytes), memory);
      if (stream === null) return;
      this.#ahead.set(i, stream);
    }
  }

  async #start(index: number, turn: (bytes: number) => Promise<Release>): Promise<ByteStream>;
  async #start(
    index: number,
    turn: (bytes: number) => Release | null,
    ahead: { bytes: number; release: Release },
  ): Promise<ByteStream | null>;
  /** @param ahead memory for all that the block holds, which this gives back */
  async #start(
    index: number,
    turn: (bytes: number) => Promise<Release> | Release | null,
    ahead?: { bytes: number; release: Release },
  ): Promise<ByteStream | null> {
    const { file, path } = this.#part;
    const block = this.#blocks[index]!;
    let free = (): void => ahead?.release();
    try {
      const head = await readExactly(
        file,
        block.fileOffset,
        Math.min(64, block.unpaddedSize),
        badDebAt(path),
      );
      const claimed = dictionarySize(head);
      const dictionary = claimed ?? MOST_DICTIONARY;
      if (dictionary > MOST_DICTIONARY) {
        throw badDeb(path, `block ${index + 1} of data.tar.xz claims a dictionary of ${dictionary} bytes`);
      }
      const decoded = await turn(dictionary + DECODER_OVERHEAD);
      if (decoded === null) {
        free();
        return null;
      }
      free = () => {
        decoded();
        ahead?.release();
      };
      const { before, after } = wrapBlock(block, block.flags);
      const packed = { file, start: block.fileOffset, size: padTo4(block.unpaddedSize) };
      const stream = await decode('xz', [before, packed, after], {
        file: path,
        bad: badDebAt(path),
        signal: this.#options.signal,
        ahead: ahead?.bytes,
        knownDictionary: claimed !== null,
        reuse: true,
        onDecoded: decoded,
      });
      return {
        next: async () => {
          const chunk = await stream.next();
          if (chunk === null) free();
          return chunk;
        },
        close: async () => {
          await stream.close();
          free();
        },
      };
    } catch (error) {
      free();
      throw error;
    }
  }
}
