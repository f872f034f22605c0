/** A library in WebAssembly that fails is left, and the thread's next stream gets another. What really decodes is tested in xz-decoders. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { IN_ONE_GO } from '../../../../src/formats/archive/workers/liblzma.ts';
import { openWasmCoder } from '../../../../src/formats/archive/workers/wasm-liblzma.ts';

const library = vi.hoisted(() => ({ loaded: 0, ended: 0, load: () => {}, code: () => 0 }));
vi.mock('node-liblzma/wasm/liblzma.wasm', () => ({ default: new Uint8Array() }));
vi.mock('node-liblzma/wasm/liblzma.js', () => ({
  default: () => {
    library.loaded++;
    try {
      library.load();
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return Promise.resolve({
      HEAPU8: new Uint8Array(1 << 20),
      _malloc: () => 8,
      _lzma_stream_decoder: () => 0,
      _lzma_code: () => library.code(),
      _lzma_end: () => library.ended++,
    });
  },
}));

afterEach(() => {
  library.load = () => {};
  library.code = () => 0;
});

const raise = (error: Error) => (): never => {
  throw error;
};

describe('openWasmCoder', () => {
  it('serves one stream after the other by one library', async () => {
    const first = await openWasmCoder();
    first.end();
    expect(library.ended).toBe(1);
    expect(await openWasmCoder()).toBe(first);
    expect(library.loaded).toBe(1);
  });

  it('leaves a library that stopped midway alone, and takes another', async () => {
    const trapped = await openWasmCoder();
    trapped.begin(1 << 20);
    library.code = raise(new Error('unreachable'));
    expect(() => trapped.code(0, new Uint8Array(IN_ONE_GO))).toThrow('unreachable');
    library.ended = 0;
    trapped.end();
    expect(library.ended).toBe(0);
    library.code = () => 0;
    const another = await openWasmCoder();
    expect(another).not.toBe(trapped);
    expect(another.code(0, new Uint8Array(IN_ONE_GO)).result).toBe(0);
    // Left for the test below, which counts from a thread without one.
    library.code = raise(new Error('unreachable'));
    expect(() => another.code(0, new Uint8Array(IN_ONE_GO))).toThrow();
  });

  it('loads again what did not load', async () => {
    library.load = raise(new RangeError('no memory'));
    await expect(openWasmCoder()).rejects.toThrow('no memory');
    library.load = () => {};
    expect((await openWasmCoder()).begin(1 << 20)).toBe(0);
  });
});
