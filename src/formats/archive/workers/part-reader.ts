/** The bytes of a stream, read in the decoder's own thread. */
import { readSync } from 'node:fs';
import type { WirePart } from './messages.ts';

export class PartReader {
  readonly #parts: readonly WirePart[];
  #at = 0;
  /** Bytes of the part that were read. */
  #done = 0;

  constructor(parts: readonly WirePart[]) {
    this.#parts = parts;
  }

  /** @returns how many bytes were read; 0 at the end of the last part */
  read(into: Uint8Array): number {
    for (let part = this.#parts[this.#at]; part !== undefined; part = this.#parts[++this.#at]) {
      const left = ('fd' in part ? part.size : part.length) - this.#done;
      if (left > 0) {
        const bytes = take(part, this.#done, into.subarray(0, Math.min(left, into.length)));
        this.#done += bytes;
        return bytes;
      }
      this.#done = 0;
    }
    return 0;
  }
}

function take(part: WirePart, from: number, into: Uint8Array): number {
  if (!('fd' in part)) {
    into.set(part.subarray(from, from + into.length));
    return into.length;
  }
  const bytes = readSync(part.fd, into, 0, into.length, part.start + from);
  if (bytes === 0) throw new Error('the file became shorter while it was read');
  return bytes;
}
