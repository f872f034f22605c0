/**
 * liblzma through the compiled addon of node-liblzma, for Node. Its streams have no memory limit: it is for those whose dictionary
 * the caller has looked at.
 */
import { INPUT, MEM_ERROR, OK, type Coded, type Coder } from './liblzma.ts';

/** What of the addon is used (its node-liblzma.cpp, https://github.com/oorabona/node-liblzma). */
export interface Addon {
  LZMA: new (mode: number, options: { check: number; preset: number; filters: readonly number[] }) => Stream;
}
interface Stream {
  /** lzma_code() from the input's place to the end of `out`. @returns lzma_ret, and what is left of input and of output */
  codeSync(
    action: number,
    input: Uint8Array | null,
    place: number,
    bytes: number,
    out: Uint8Array,
    outPlace: number,
  ): readonly [result: number, inputLeft: number, outputLeft: number];
  /** lzma_end() */
  close(): void;
}

const STREAM_DECODE = 1;
/** It asks for them, and a decoder has no use for them. */
const OPTIONS = { check: 0, preset: 6, filters: [] };

/** @throws Error where there is none for this machine, or its C library is too old (2.34) */
export function openAddon(path: string): Addon {
  const module = { exports: {} };
  process.dlopen(module, path);
  return module.exports as Addon;
}

export class AddonCoder implements Coder {
  readonly input = new Uint8Array(INPUT);
  readonly #addon: Addon;
  #stream: Stream | null = null;
  #place = 0;
  #left = 0;

  constructor(addon: Addon) {
    this.#addon = addon;
  }

  begin(): number {
    try {
      this.#stream = new this.#addon.LZMA(STREAM_DECODE, OPTIONS);
      return OK;
    } catch {
      // Nothing else can be wrong with a decoder that has read nothing.
      return MEM_ERROR;
    }
  }

  get isHungry(): boolean {
    return this.#left === 0;
  }

  offer(bytes: number): void {
    this.#place = 0;
    this.#left = bytes;
  }

  code(action: number, out: Uint8Array): Coded {
    const input = this.#left === 0 ? null : this.input;
    const [result, left, free] = this.#stream!.codeSync(action, input, this.#place, this.#left, out, 0);
    this.#place += this.#left - left;
    this.#left = left;
    return { result, bytes: out.length - free };
  }

  end(): void {
    this.#stream?.close();
    this.#stream = null;
  }
}
