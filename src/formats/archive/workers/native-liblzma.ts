/**
 * The system's liblzma through Bun's FFI. Every Debian and Ubuntu has it, also in minimal images, since dpkg stands on it. Its
 * interface is that of 5.0, and has not changed under the name liblzma.so.5 (api/lzma/base.h in
 * https://github.com/tukaani-project/xz).
 */
import type * as FfiModule from 'bun:ffi';
import { CONCATENATED, INPUT, type Coded, type Coder } from './liblzma.ts';

/**
 * Where distributions put it. Named by its whole path: by name alone LD_LIBRARY_PATH would say what is loaded, and that is
 * often a prefix, an environment of Python's, or a folder that somebody else may write to.
 */
const TRIPLET = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
const FOLDERS = [`/usr/lib/${TRIPLET}`, `/lib/${TRIPLET}`, '/usr/lib64', '/lib64', '/usr/lib', '/lib'];
const LIBRARY = 'liblzma.so.5';

/** lzma_stream on 64 bit: fields of 8 bytes, as places in an array of them, and the size of all. */
const STREAM = { nextIn: 0, availIn: 1, nextOut: 3, availOut: 4, words: 17 } as const;

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
