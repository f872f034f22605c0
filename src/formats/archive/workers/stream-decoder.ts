/** One stream being decoded, in a thread of its own. */
export interface Filled {
  bytes: number;
  /** The stream is at its end, and in order. */
  last: boolean;
}

export interface StreamDecoder {
  /** As many bytes as fit, fewer only at the end. @throws Error saying what is wrong with the stream, or of reading it */
  fill(out: Uint8Array): Promise<Filled>;
  /** Gives its memory back; it is not used again. */
  end(): Promise<void>;
}
