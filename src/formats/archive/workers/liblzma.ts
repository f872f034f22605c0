/**
 * liblzma through Bun's FFI: what xz itself decodes with, without a process and two pipes for each block. Every Debian
 * and Ubuntu has the library, since dpkg stands on it; minimal images lack the program. Its interface is that of 5.0, and
 * has not changed under the name liblzma.so.5 (api/lzma/base.h in https://github.com/tukaani-project/xz).
 */
import type * as FfiModule from 'bun:ffi';
import type { Filled, StreamDecoder } from './stream-decoder.ts';
import type { PartReader } from './part-reader.ts';

/**
 * Where distributions put it. Named by its whole path: by name alone LD_LIBRARY_PATH would say what is loaded, and that is
 * often a prefix, an environment of Python's, or a folder that somebody else may write to.
 */
const TRIPLET = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const FOLDERS = [`/usr/lib/${TRIPLET}`, `/lib/${TRIPLET}`, '/usr/lib64', '/lib64', '/usr/lib', '/lib'];
const LIBRARY = 'liblzma.so.5';

/** What the largest dictionary takes that is written on purpose (128 MiB), and a little: a header may claim 4 GiB. */
export const XZ_MEMORY_MIB = 160;

const INPUT = 256 << 10;
/**
 * Decoded in one go: the library copies it out of its dictionary then, which costs less while the caches of the processor
 * still hold it (4 % of all decoding against a megabyte; 16 KiB are no better).
 */
const IN_ONE_GO = 64 << 10;

/** lzma_stream on 64 bit: fields of 8 bytes, as places in an array of them, and the size of all. */
const STREAM = { nextIn: 0, availIn: 1, nextOut: 3, availOut: 4, words: 17 } as const;
const OK = 0;
const STREAM_END = 1;
const RUN = 0;
const FINISH = 3;
/** Streams in a row are one, as xz has it. */
const CONCATENATED = 0x08;

/** lzma_ret, in the words of xz. */
const REASONS: Readonly<Record<number, string>> = {
  5: 'Cannot allocate memory',
  6: 'Memory usage limit reached',
  7: 'File format not recognized',
  8: 'Unsupported options',
  9: 'Compressed data is corrupt',
  10: 'Unexpected end of input',
};

type Call = (...args: readonly (number | bigint | Uint8Array | null)[]) => number;

export interface Library {
  decoder: Call;
  code: Call;
  end: Call;
}

/** @throws Error where the library is not there, or is not this one */
export function openLibrary(ffi: Pick<typeof FfiModule, 'dlopen'>): Library {
  for (const folder of FOLDERS.slice(0, -1)) {
    try {
      return openAt(`${folder}/${LIBRARY}`, ffi);
    } catch {
      // Elsewhere, perhaps.
    }
  }
  return openAt(`${FOLDERS.at(-1)}/${LIBRARY}`, ffi);
}

function openAt(path: string, { dlopen }: Pick<typeof FfiModule, 'dlopen'>): Library {
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

export class LzmaDecoder implements StreamDecoder {
  readonly #library: Library;
  readonly #address: (view: Uint8Array) => bigint;
  readonly #input: PartReader;
  /** Memory that the library was given the address of: kept as long as it reads there. */
  readonly #buffer = new Uint8Array(new ArrayBuffer(INPUT));
  readonly #words = new BigUint64Array(new ArrayBuffer(8 * STREAM.words));
  readonly #stream = new Uint8Array(this.#words.buffer);
  #action = RUN;

  /** @throws Error */
  constructor(library: Library, { ptr }: Pick<typeof FfiModule, 'ptr'>, input: PartReader) {
    this.#library = library;
    this.#address = (view) => BigInt(ptr(view));
    this.#input = input;
    const result = library.decoder(this.#stream, BigInt(XZ_MEMORY_MIB) << 20n, CONCATENATED);
    if (result !== OK) throw new Error(reasonOf(result));
  }

  fill(out: Uint8Array): Promise<Filled> {
    this.#words[STREAM.nextOut] = this.#address(out);
    for (let left = out.length; ;) {
      if (this.#words[STREAM.availIn] === 0n && this.#action === RUN) this.#read();
      const room = Math.min(left, IN_ONE_GO);
      this.#words[STREAM.availOut] = BigInt(room);
      const result = this.#library.code(this.#stream, this.#action);
      if (result !== OK && result !== STREAM_END) throw new Error(reasonOf(result));
      left -= room - Number(this.#words[STREAM.availOut]);
      if (result === STREAM_END || left === 0)
        return Promise.resolve({ bytes: out.length - left, last: result === STREAM_END });
    }
  }

  end(): Promise<void> {
    this.#library.end(this.#stream);
    return Promise.resolve();
  }

  #read(): void {
    const bytes = this.#input.read(this.#buffer);
    if (bytes === 0) this.#action = FINISH;
    this.#words[STREAM.nextIn] = this.#address(this.#buffer);
    this.#words[STREAM.availIn] = BigInt(bytes);
  }
}

const reasonOf = (result: number): string => REASONS[result] ?? `liblzma's code ${result}`;
