/** liblzma in WebAssembly: for indexes on Node, and where nothing compiled loads. */
import createLiblzma from 'node-liblzma/wasm/liblzma.js';
import wasm from 'node-liblzma/wasm/liblzma.wasm';
import { CONCATENATED, IN_ONE_GO, INPUT, type Coded, type Coder } from './liblzma.ts';

/** lzma_stream on 32 bit: fields of 4 bytes, as places in an array of them, and the size of all. */
const STREAM = { nextIn: 0, availIn: 1, nextOut: 4, availOut: 5, words: 22 } as const;

/** What the compiled module gives. Places are numbers of bytes; a parameter of 64 bit is two. */
interface Liblzma {
  /** Its memory: another array whenever it has grown. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _lzma_stream_decoder(stream: number, memoryLow: number, memoryHigh: number, flags: number): number;
  _lzma_code(stream: number, action: number): number;
  _lzma_end(stream: number): void;
}

let opened: Promise<WasmCoder> | undefined;

/** The one of this thread, for one stream after the other. */
export async function openWasmCoder(): Promise<WasmCoder> {
  opened ??= load().then((library) => new WasmCoder(library, forget));
  try {
    return await opened;
  } catch (error) {
    forget();
    throw error;
  }
}

/** The next stream gets another one: what did not load may load later, and of what stopped midway nothing is known. */
function forget(): void {
  opened = undefined;
}

/** Compiled here and not by the package, which would make a failure of memory one of its own, and print it. */
function load(): Promise<Liblzma> {
  return new Promise((resolve, reject) => {
    const instantiateWasm = (imports: object, done: (instance: object) => void): object => {
      WebAssembly.instantiate(wasm, imports).then(({ instance }) => done(instance), reject);
      return {};
    };
    // Without a place named it would look for a file beside itself.
    createLiblzma({ instantiateWasm, locateFile: (name: string) => name }).then(resolve, reject);
  });
}

class WasmCoder implements Coder {
  readonly #library: Liblzma;
  readonly #stream: number;
  readonly #input: number;
  readonly #output: number;

  /** Called when it cannot be used any more. */
  readonly #onTrap: () => void;
  #isTrapped = false;

  constructor(library: Liblzma, onTrap: () => void) {
    this.#library = library;
    this.#onTrap = onTrap;
    this.#stream = library._malloc(4 * STREAM.words);
    this.#input = library._malloc(INPUT);
    this.#output = library._malloc(IN_ONE_GO);
  }

  begin(memory: number): number {
    this.#words.fill(0);
    return this.#library._lzma_stream_decoder(this.#stream, memory, 0, CONCATENATED);
  }

  get input(): Uint8Array {
    return this.#library.HEAPU8.subarray(this.#input, this.#input + INPUT);
  }

  get isHungry(): boolean {
    return this.#words[STREAM.availIn] === 0;
  }

  offer(bytes: number): void {
    this.#words[STREAM.nextIn] = this.#input;
    this.#words[STREAM.availIn] = bytes;
  }

  code(action: number, out: Uint8Array): Coded {
    const before = this.#words;
    before[STREAM.nextOut] = this.#output;
    before[STREAM.availOut] = out.length;
    const result = this.#code(action);
    // Its memory may have grown meanwhile.
    const bytes = out.length - this.#words[STREAM.availOut]!;
    out.set(this.#library.HEAPU8.subarray(this.#output, this.#output + bytes));
    return { result, bytes };
  }

  #code(action: number): number {
    try {
      return this.#library._lzma_code(this.#stream, action);
    } catch (error) {
      this.#isTrapped = true;
      this.#onTrap();
      throw error;
    }
  }

  end(): void {
    if (!this.#isTrapped) this.#library._lzma_end(this.#stream);
  }

  get #words(): Uint32Array {
    return new Uint32Array(this.#library.HEAPU8.buffer, this.#stream, STREAM.words);
  }
}
