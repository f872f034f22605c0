/**
 * liblzma through Bun's FFI. Its interface is that of 5.0, and has not changed since (api/lzma/base.h in
 * https://github.com/tukaani-project/xz).
 */
import type * as FfiModule from 'bun:ffi';
import { CONCATENATED, INPUT, type Coded, type Coder } from './liblzma.ts';

/** lzma_stream on 64 bit: fields of 8 bytes, as places in an array of them, and the size of all. */
const STREAM = { nextIn: 0, availIn: 1, nextOut: 3, availOut: 4, words: 17 } as const;

type Call = (...args: readonly (number | bigint | Uint8Array | null)[]) => number;

export interface Library {
  decoder: Call;
  code: Call;
  end: Call;
}

/** @throws Error where the library is not there, or is not this one */
export function openLibrary(path: string, { dlopen }: Pick<typeof FfiModule, 'dlopen'>): Library {
  const { symbols } = dlopen(path, {
    lzma_stream_decoder: { args: ['ptr', 'u64', 'u32'], returns: 'i32' },
    lzma_code: { args: ['ptr', 'i32'], returns: 'i32' },
    lzma_end: { args: ['ptr'], returns: 'void' },
  });
  return {
    decoder: symbols['lzma_stream_decoder']!,
    code: symbols['lzma_code']!,
    end: symbols['lzma_end']!,
  };
}

export class NativeCoder implements Coder {
  readonly #library: Library;
  readonly #address: (view: Uint8Array) => bigint;
  /** Memory that the library was given the address of: kept as long as it reads there. */
  readonly input = new Uint8Array(new ArrayBuffer(INPUT));
  readonly #words = new BigUint64Array(new ArrayBuffer(8 * STREAM.words));
  readonly #stream = new Uint8Array(this.#words.buffer);

  constructor(library: Library, { ptr }: Pick<typeof FfiModule, 'ptr'>) {
    this.#library = library;
    this.#address = (view) => BigInt(ptr(view));
  }

  begin(memory: number): number {
    return this.#library.decoder(this.#stream, BigInt(memory), CONCATENATED);
  }

  get isHungry(): boolean {
    return this.#words[STREAM.availIn] === 0n;
  }

  offer(bytes: number): void {
    this.#words[STREAM.nextIn] = this.#address(this.input);
    this.#words[STREAM.availIn] = BigInt(bytes);
  }

  code(action: number, out: Uint8Array): Coded {
    this.#words[STREAM.nextOut] = this.#address(out);
    this.#words[STREAM.availOut] = BigInt(out.length);
    const result = this.#library.code(this.#stream, action);
    return { result, bytes: out.length - Number(this.#words[STREAM.availOut]) };
  }

  end(): void {
    this.#library.end(this.#stream);
  }
}
