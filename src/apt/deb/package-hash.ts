/**
 * The digests of a package file and of the payload in it (data.tar, as it lies there), from one pass over its bytes, as
 * they come: from a server or from the cache. The outer archive is only followed, not judged: what is no .deb, or is a
 * damaged one, has a digest and no payload.
 */
import { createHash, type Hash } from 'node:crypto';
import { AR_HEADER, AR_MAGIC, parseArHeader } from './ar.ts';

/** What a pass found of the payload: where it lies says which bytes the digest is of. */
export interface PayloadDigest {
  offset: number;
  size: number;
  sha256: string;
}

export class PackageHash {
  readonly #whole = createHash('sha256');
  #payload: { offset: number; size: number; hash: Hash; left: number } | null = null;
  /** Bytes that came. */
  #at = 0;
  /** Where the next header begins; null where nothing more is looked for. */
  #nextHeader: number | null = AR_MAGIC.length;
  /** What came of the magic or of a header. */
  #head = Buffer.alloc(0);

  update(chunk: Uint8Array): void {
    this.#whole.update(chunk);
    for (let done = 0; done < chunk.length;) done += this.#follow(chunk.subarray(done));
  }

  /** Of all that came so far; more may come. */
  sha256(): string {
    return this.#whole.copy().digest('hex');
  }

  /** Null until all of it came, and where there is none. */
  payload(): PayloadDigest | null {
    if (this.#payload === null || this.#payload.left > 0) return null;
    const { offset, size, hash } = this.#payload;
    return { offset, size, sha256: hash.copy().digest('hex') };
  }

  /** Takes the beginning of what comes next. @returns how many bytes */
  #follow(bytes: Uint8Array): number {
    const used = this.#take(bytes);
    this.#at += used;
    return used;
  }

  #take(bytes: Uint8Array): number {
    if (this.#at < AR_MAGIC.length) {
      const used = this.#collect(bytes, AR_MAGIC.length);
      if (this.#head.length === AR_MAGIC.length) {
        if (this.#head.toString('latin1') !== AR_MAGIC) this.#nextHeader = null;
        this.#head = Buffer.alloc(0);
      }
      return used;
    }
    if (this.#payload !== null && this.#payload.left > 0) {
      const part = bytes.subarray(0, this.#payload.left);
      this.#payload.hash.update(part);
      this.#payload.left -= part.length;
      return part.length;
    }
    if (this.#nextHeader === null) return bytes.length;
    if (this.#at + this.#head.length < this.#nextHeader)
      return Math.min(bytes.length, this.#nextHeader - this.#at);
    const used = this.#collect(bytes, AR_HEADER);
    if (this.#head.length === AR_HEADER) this.#enter(this.#at + used);
    return used;
  }

  #collect(bytes: Uint8Array, length: number): number {
    const part = bytes.subarray(0, length - this.#head.length);
    this.#head = Buffer.concat([this.#head, part]);
    return part.length;
  }

  /** A header is whole; its member begins at `offset`. */
  #enter(offset: number): void {
    const header = parseArHeader(this.#head.toString('latin1'));
    this.#head = Buffer.alloc(0);
    if (header === null) {
      this.#nextHeader = null;
      return;
    }
    const { name, size } = header;
    this.#nextHeader = offset + size + (size % 2);
    if (!/^data\.tar(?:\.|$)/.test(name)) return;
    this.#payload = { offset, size, hash: createHash('sha256'), left: size };
    this.#nextHeader = null;
  }
}
