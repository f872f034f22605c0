/**
 * Where frames of zstd end (RFC 8878), so that one is noticed that is cut off: a runtime's decoder may take what there is for the
 * whole (measured with Bun's). Contents are passed over.
 *
 *     28 b5 2f fd | descriptor | window, dictionary, size | blocks: 3 bytes, contents | checksum
 *     5x 2a 4d 18 | length | bytes that are passed over
 */
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];
const RLE = 1;

type State = 'magic' | 'length' | 'descriptor' | 'block';
const HEADER_BYTES: Readonly<Record<State, number>> = { magic: 4, length: 4, descriptor: 1, block: 3 };

export class ZstdFrames {
  #state: State = 'magic';
  /** Bytes of a header that was read in part. */
  #held: number[] = [];
  /** Bytes of contents that are still to come. */
  #skip = 0;
  #hasChecksum = false;
  #frames = 0;

  /** Whether the bytes so far are whole frames, one at least. */
  get isWhole(): boolean {
    return this.#frames > 0 && this.#state === 'magic' && this.#held.length === 0 && this.#skip === 0;
  }

  /**
   * @returns where in these bytes frames begin
   * @throws Error: a frame begins with something else
   */
  push(bytes: Uint8Array): readonly number[] {
    const begins: number[] = [];
    for (let at = 0; at < bytes.length;) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, bytes.length - at);
        this.#skip -= passed;
        at += passed;
        continue;
      }
      if (this.#state === 'magic' && this.#held.length === 0) begins.push(at);
      this.#held.push(bytes[at++]!);
      if (this.#held.length === HEADER_BYTES[this.#state]) this.#read(this.#held.splice(0));
    }
    return begins;
  }

  #read(header: readonly number[]): void {
    const value = header.reduce((sum, byte, at) => sum + byte * 2 ** (8 * at), 0);
    switch (this.#state) {
      case 'magic':
        if (value !== MAGIC && value - (value % 16) !== SKIPPABLE) throw new Error('it is no frame of zstd');
        this.#frames += 1;
        this.#state = value === MAGIC ? 'descriptor' : 'length';
        break;
      case 'length':
        this.#skip = value;
        this.#state = 'magic';
        break;
      case 'descriptor': {
        const isSingle = (value & 0x20) !== 0;
        this.#hasChecksum = (value & 0x04) !== 0;
        const size = value >> 6;
        this.#skip =
          (isSingle ? 0 : 1) +
          DICTIONARY_BYTES[value & 3]! +
          (size === 0 && isSingle ? 1 : SIZE_BYTES[size]!);
        this.#state = 'block';
        break;
      }
      case 'block': {
        const isLast = (value & 1) !== 0;
        this.#skip = ((value >> 1) & 3) === RLE ? 1 : value >> 3;
        if (isLast) {
          if (this.#hasChecksum) this.#skip += 4;
          this.#state = 'magic';
        }
        break;
      }
    }
  }
}
