/** What is said between the program and a decoder in a thread of its own; messages keep their order. */

/** Where the bytes of a stream are read: part after part. A file is read through the handle that whoever asks holds open. */
export type WirePart = Uint8Array | { fd: number; start: number; size: number };

/**
 * xz by the liblzma that lies there, by the addon of Node's that lies there (where it does not load, in WebAssembly), or in
 * WebAssembly; and zstd.
 */
export type Decoder = { library: string } | { addon: string } | 'wasm' | 'zstd';

export type ToWorker =
  /** A stream begins. */
  | { kind: 'begin'; decoder: Decoder; parts: readonly WirePart[] }
  /** A buffer to be filled: each comes back, in this order, empty where there is nothing more. */
  | { kind: 'fill'; buffer: ArrayBuffer }
  /** The stream is over, at its end or before; answered by `ended`, the last that is said of it. */
  | { kind: 'end' };

export type FromWorker =
  /** @property last the stream was read to its end and found in order */
  | { kind: 'filled'; buffer: ArrayBuffer; bytes: number; last: boolean }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'ended' };

export type Failure =
  /** What was decoded is not what it should be: a clause, as xz words it. */
  | { of: 'stream'; why: string }
  /** Reading failed: the disk's fault, as Node's errors say it. */
  | { of: 'system'; message: string; code: string | undefined; syscall: string };

/** Set by whoever asks while the stream is of no use any more: fills are answered at once then. */
export const STOPPED = 1;

/** What a worker is started with. */
export interface WorkerData {
  /** Its program. */
  script: string;
  /** One Int32: STOPPED or 0. */
  state: SharedArrayBuffer;
}
